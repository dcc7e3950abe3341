from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, run

# From the name of a vulnerability, under any of its aliases, to the packages that advisories about it speak of.
PACKAGES = """
create function levee_packages_named(vulnerabilities text[]) returns table (ecosystem text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
    select distinct p.ecosystem, p.name from (
        select k.id from unnest(vulnerabilities) as v (name) join exposure_known k on k.name = v.name
        union
        select k.id from unnest(vulnerabilities) as v (name) join exposure_known k on k.aliases @> array[v.name]
    ) as k join exposure_known_package p on p.known = k.id
$$
"""
# With the caller's rights: of those, the packages that the caller itself has a standing match on.
CONCERNED = """
create function levee_packages_concerned(vulnerabilities text[]) returns table (ecosystem text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
    select distinct p.ecosystem, p.name from levee_packages_named(vulnerabilities) as p
    join exposure_match m on m.ecosystem = p.ecosystem and m.package = p.name
    where m.ended_at is null and m.organisation = levee_party()
$$
"""
# Who has a match is told to nobody but a run of the house, which turns it into one job per operator.
OPERATORS = """
create function levee_operators_concerned(vulnerabilities text[]) returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct m.organisation from levee_packages_named(vulnerabilities) as p
    join exposure_match m on m.ecosystem = p.ecosystem and m.package = p.name
    where m.ended_at is null and levee_acts_for_the_house()
    order by m.organisation
$$
"""
# Everybody with a match: once a catalogue is held that says no about whatever it does not list.
STANDING = """
create function levee_operators_standing() returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct organisation from exposure_match
    where ended_at is null and levee_acts_for_the_house()
    order by organisation
$$
"""
SIGNATURES = (
    "levee_packages_named(text[])",
    "levee_packages_concerned(text[])",
    "levee_operators_concerned(text[])",
    "levee_operators_standing()",
)


class Migration(migrations.Migration):
    dependencies = [("exposure", "0005_sides"), ("feeds", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="known",
            index=models.Index(fields=["name"], name="exposure_known_name"),
        ),
        migrations.AddIndex(
            model_name="known",
            index=GinIndex(fields=["aliases"], name="exposure_known_aliases"),
        ),
        run(PACKAGES),
        run(CONCERNED),
        run(OPERATORS),
        run(STANDING),
        *(run(f"revoke execute on function {name} from public") for name in SIGNATURES),
        *(run(f"grant execute on function {name} to {OPERATOR_JOBS}") for name in SIGNATURES),
    ]
