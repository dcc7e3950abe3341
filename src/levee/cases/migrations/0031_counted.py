"""Cases are counted at once, where row-level security looks into each; links and codes are found by their case."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

COUNTED = """
create function levee_cases_counted() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from cases_case c where c.id in (
        select g.subject from access_grant g where g.party = (select levee_party()) and g.until is null
            and g.capacity in ('owner', 'finder', 'vendor', 'observer'))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0030_open_proposals")]
    operations = [
        run(COUNTED),
        run("revoke execute on function levee_cases_counted from public"),
        run(f"grant execute on function levee_cases_counted to {DbRole.WEB}"),
        migrations.AddIndex("contact", models.Index(fields=["case"], name="cases_contact_of")),
        migrations.AddIndex("opening", models.Index(fields=["case"], name="cases_opening_of")),
    ]
