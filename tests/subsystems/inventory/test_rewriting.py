"""Many rows changed by one statement: exactly those, exactly so."""

from __future__ import annotations

from datetime import timedelta

from levee.inventory import services as inventory
from levee.inventory.models import Asset
from levee.platform.database import rewriting
from levee.platform.database.acting import acting
from levee.platform.database.rewriting import rewrite
from levee.policy.actors import OrganisationKind, Role

CSV = b"asset,name,version,ecosystem\n" + b"".join(b"host-%d,x,1,npm\n" % number for number in range(7))


def test_rows_are_written_as_they_are_to_be_in_batches_and_others_stay(world, monkeypatch):
    monkeypatch.setattr(rewriting, "BATCH", 2)
    operator = world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    done = inventory.import_file(operator, CSV, filename="a.csv", name="office")
    with acting(operator):
        rows = list(Asset.unscoped.filter(inventory=done.inventory).order_by("name"))
        for number, row in enumerate(rows[:5]):
            row.environment, row.exposure_at = f"it's {number} \\ %s", row.exposure_at + timedelta(days=number)
            row.said = {"a": [number, None, "é"]}
            row.owner_name = "not among the columns"
        rewrite(rows[:5], ["environment", "exposure_at", "said"])
        after = list(Asset.unscoped.filter(inventory=done.inventory).order_by("name"))
    for before, now in zip(rows, after, strict=True):
        assert (now.environment, now.exposure_at, now.said) == (before.environment, before.exposure_at, before.said)
        assert now.owner_name == ""
    rewrite([], ["environment"])
