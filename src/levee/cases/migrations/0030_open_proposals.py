"""Where a proposal waits is found at once, however many cases somebody has; and a list begins with the newest."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

UNDECIDED = """
create function levee_undecided() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select e."case" from access_grant g join cases_entry e on e."case" = g.subject
    where g.party = (select levee_party()) and g.until is null
        and g.capacity in ('owner', 'finder', 'vendor', 'observer') and e.moves = 'EM' and e.verb = 'propose'
        and not exists (
            select from cases_entry d where d."case" = e."case" and d.proposal = e.proposal and d.moves = 'EM'
                and d.verb in ('accept', 'reject') and d.number > e.number)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0029_codes_for_each_case")]
    operations = [
        run(UNDECIDED),
        run("revoke execute on function levee_undecided from public"),
        run(f"grant execute on function levee_undecided to {DbRole.WEB}"),
        migrations.RemoveIndex("case", "cases_newest"),
        migrations.AddIndex("case", models.Index(fields=["-opened_at", "id"], name="cases_newest_of_all")),
        migrations.AddIndex("report", models.Index(fields=["finding"], name="cases_report_of")),
    ]
