from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

from levee.exposure.matching.intervals import intervals
from levee.formats.osv import osv_record
from levee.formats.versions import scheme_of_ecosystem
from levee.kernel.ids import RandomIds

if TYPE_CHECKING:
    from django.apps.registry import Apps

BATCH = 1000


def fill(apps: Apps, _editor: object) -> None:
    """Add the intervals for versions that leave their epoch out, which RPM's advisories have besides now."""
    ids = RandomIds()
    known, ranges = apps.get_model("exposure", "Known"), apps.get_model("exposure", "KnownRange")
    ecosystems = ranges.unscoped.values_list("ecosystem", flat=True).distinct().order_by("ecosystem")
    rpm = [each for each in ecosystems if scheme_of_ecosystem(each) == "rpm"]
    keys = list(ranges.unscoped.filter(ecosystem__in=rpm).values_list("known", flat=True).distinct().order_by("known"))
    for at in range(0, len(keys), BATCH):
        some = keys[at : at + BATCH]
        records = {
            key: osv_record(told) for key, told in known.unscoped.filter(id__in=some).values_list("id", "record")
        }
        ranges.unscoped.filter(known__in=list(records)).delete()
        ranges.unscoped.bulk_create(
            ranges(id=ids.new(), known=key, **each._asdict())
            for key, record in records.items()
            for each in intervals(record)
        )


class Migration(migrations.Migration):
    dependencies = [("exposure", "0007_said_by_scanners")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
