from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import run

# As before; and what only a scanner says of a vulnerability, of which no advisory names the package.
CONCERNED = """
create or replace function levee_packages_concerned(vulnerabilities text[]) returns table (ecosystem text, name text)
language sql stable security invoker set search_path = public, pg_temp as $$
    select p.ecosystem, p.name from levee_packages_named(vulnerabilities) as p
    join exposure_match m on m.ecosystem = p.ecosystem and m.package = p.name
    where m.ended_at is null and m.organisation = levee_party()
    union
    select m.ecosystem, m.package from exposure_match m
    where m.vulnerability = any(vulnerabilities) and m.ended_at is null and m.organisation = levee_party()
$$
"""
OPERATORS = """
create or replace function levee_operators_concerned(vulnerabilities text[]) returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select m.organisation from levee_packages_named(vulnerabilities) as p
    join exposure_match m on m.ecosystem = p.ecosystem and m.package = p.name
    where m.ended_at is null and levee_acts_for_the_house()
    union
    select m.organisation from exposure_match m
    where m.vulnerability = any(vulnerabilities) and m.ended_at is null and levee_acts_for_the_house()
    order by organisation
$$
"""


class Migration(migrations.Migration):
    dependencies = [("exposure", "0006_concerned")]

    operations = [
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["vulnerability"], name="exposure_match_named"
            ),
        ),
        run(CONCERNED),
        run(OPERATORS),
    ]
