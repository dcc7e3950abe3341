from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models

from levee.exposure.matching.intervals import intervals
from levee.formats.osv import osv_record
from levee.kernel.ids import RandomIds
from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, protect, run

HOUSE_RUN = "(select levee_acts_for_the_house())"
# From advisories to the components inside their intervals, by one join on the index over keys. A version without a
# key is reached by every advisory about its package: only the record itself can say.
REACHED = """
create function levee_components_reached(advisories uuid[])
returns table (advisory uuid, organisation uuid, component uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.known, c.organisation, c.id from exposure_range r
    join inventory_component c on c.ecosystem = r.ecosystem and c.name = r.name and c.key >= r.lo and c.key < r.hi
    where r.known = any(advisories) and c.gone_at is null and levee_acts_for_the_house()
    union
    select r.known, c.organisation, c.id from exposure_range r
    join inventory_component c on c.ecosystem = r.ecosystem and c.name = r.name and c.key is null
    where r.known = any(advisories) and c.gone_at is null and levee_acts_for_the_house()
$$
"""
# Whoever has a standing match on the package is touched as well: a record that ends, or that spoils the version to go
# to, concerns nobody else.
OPERATORS = """
create function levee_operators_reached(advisories uuid[], ecosystems text[], names text[])
returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select organisation from levee_components_reached(advisories)
    union
    select m.organisation from exposure_match m
    join unnest(ecosystems, names) as p (ecosystem, name) on m.ecosystem = p.ecosystem and m.package = p.name
    where m.ended_at is null and levee_acts_for_the_house()
$$
"""
# The other way round, for the actor's own inventories: packages with a version inside an interval, and those that
# were matched before. With the caller's rights.
AT_RISK = """
create function levee_packages_at_risk(inventories uuid[]) returns table (ecosystem text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
    select c.ecosystem, c.name from inventory_component c
    where c.inventory = any(inventories) and c.gone_at is null and c.key is not null and exists (
        select from exposure_range r
        where r.ecosystem = c.ecosystem and r.name = c.name and r.lo <= c.key and r.hi > c.key
    )
    union
    select c.ecosystem, c.name from inventory_component c
    where c.inventory = any(inventories) and c.gone_at is null and c.key is null and exists (
        select from exposure_range r where r.ecosystem = c.ecosystem and r.name = c.name
    )
    union
    select m.ecosystem, m.package from exposure_match m
    join inventory_component c on c.id = m.component
    where m.ended_at is null and c.inventory = any(inventories)
$$
"""


def fill(apps: Apps, _editor: object) -> None:
    ids = RandomIds()
    known, ranges = apps.get_model("exposure", "Known"), apps.get_model("exposure", "KnownRange")
    for key, record in known.unscoped.values_list("id", "record").iterator():
        parts = intervals(osv_record(record))
        ranges.unscoped.bulk_create(ranges(id=ids.new(), known=key, **each._asdict()) for each in parts)


class Migration(migrations.Migration):
    dependencies = [("exposure", "0001_initial"), ("inventory", "0002_component_key")]

    operations = [
        migrations.CreateModel(
            name="KnownRange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.UUIDField()),
                ("ecosystem", models.TextField()),
                ("name", models.TextField()),
                ("releases", models.TextField()),
                ("lo", models.BinaryField()),
                ("hi", models.BinaryField()),
                ("certain", models.BooleanField()),
            ],
            options={
                "db_table": "exposure_range",
                "indexes": [
                    models.Index(fields=["ecosystem", "name", "lo", "hi"], name="exposure_range_covers"),
                    models.Index(fields=["known"], name="exposure_range_of"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["ecosystem", "package"],
                name="exposure_match_standing",
            ),
        ),
        *protect(
            "exposure_range",
            see="(select levee_party()) is not null",
            add=HOUSE_RUN,
            remove=HOUSE_RUN,
            grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, delete"},
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        run(REACHED),
        run(OPERATORS),
        run(AT_RISK),
        run("drop function levee_operators_touched(text[], text[])"),
        run("revoke execute on function levee_components_reached(uuid[]) from public"),
        run("revoke execute on function levee_operators_reached(uuid[], text[], text[]) from public"),
        run("revoke execute on function levee_packages_at_risk(uuid[]) from public"),
        run(f"grant execute on function levee_components_reached(uuid[]) to {OPERATOR_JOBS}"),
        run(f"grant execute on function levee_operators_reached(uuid[], text[], text[]) to {OPERATOR_JOBS}"),
        run(f"grant execute on function levee_packages_at_risk(uuid[]) to {OPERATOR_JOBS}"),
    ]
