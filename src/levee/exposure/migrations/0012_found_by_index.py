"""An operator on lists of names is not leak-proof, so that no index serves it below a table's conditions.

Names of what is stated stand one by one, where equality finds them; names of advisories are asked for inside a function.
"""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, protect, run

HOUSE_RUN = "(select levee_acts_for_the_house())"
FILL = """
insert into exposure_said (id, known, vulnerability)
select gen_random_uuid(), k.id, n.name from exposure_known k cross join lateral unnest(k.says) as n (name)
"""
# What is published is the same for whoever sees content at all.
KNOWN = """
create function levee_known_named(asked text[]) returns table (id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select k.id from exposure_known k where k.name = any(asked) and levee_party() is not null
    union
    select k.id from exposure_known k where k.aliases && asked and levee_party() is not null
$$
"""
PACKAGES = """
create or replace function levee_packages_named(vulnerabilities text[]) returns table (ecosystem text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
    select distinct p.ecosystem, p.name from levee_known_named(vulnerabilities) as k
    join exposure_known_package p on p.known = k.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("exposure", "0011_newer_tables")]

    operations = [
        migrations.CreateModel(
            name="KnownSaid",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.UUIDField()),
                ("vulnerability", models.TextField()),
            ],
            options={
                "db_table": "exposure_said",
                "indexes": [
                    models.Index(fields=["vulnerability"], name="exposure_said_about"),
                    models.Index(fields=["known"], name="exposure_said_of"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "exposure_said",
            see="(select levee_party()) is not null",
            add=HOUSE_RUN,
            remove=HOUSE_RUN,
            grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, delete"},
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        run(FILL),
        migrations.RemoveIndex("known", "exposure_known_says"),
        migrations.RemoveField("known", "says"),
        run(KNOWN),
        run(PACKAGES),
        run("revoke execute on function levee_known_named(text[]) from public"),
        run(f"grant execute on function levee_known_named(text[]) to {OPERATOR_PAGES}, {OPERATOR_JOBS}"),
    ]
