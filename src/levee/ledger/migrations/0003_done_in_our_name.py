"""What people of intermediaries did, as it stands in the log of the organisation that let them in."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_PAGES, run

NEWEST = 5000
DONE = f"""
create function levee_done_in_our_name(most integer)
returns table (at timestamptz, verb text, person text, organisation text)
language sql stable security definer set search_path = public, pg_temp as $$
    select (told->'at'->>'value')::timestamptz, told->'verb'->>'value', m.name, g.name
    from (
        select e.id, e.position from ledger_entry e join ledger_log l on l.id = e.log
        where l.kind = 'organisation' and l.key = levee_organisation()
        order by e.position desc limit {NEWEST}
    ) as newest
    join ledger_opening o on o.entry = newest.id cross join lateral (select o.fields::jsonb as told) as opened
    join access_principal p on p.id::text = told->'actor'->>'value'
    join identity_member m on m.id = p.id
    join identity_organisation g on g.id = p.party
    where exists (
        select from access_consent c where c.operator = levee_organisation() and c.intermediary = p.party)
    order by newest.position desc limit most
$$
"""  # noqa: S608 - a number of this file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_operators"), ("access", "0003_consents")]

    operations = [
        run(DONE),
        run("revoke execute on function levee_done_in_our_name from public"),
        run(f"grant execute on function levee_done_in_our_name to {OPERATOR_PAGES}"),
    ]
