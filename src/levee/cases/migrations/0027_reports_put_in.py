"""A case is about what its owner found, or holds by another case of its own: nobody puts in what it was only shown."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

# Whoever owns a case lets vendors in to its reports. So a party puts into its case what it handed in, or what it owns,
# as the clearinghouse does everything; what is in another case of its own; and what is in one that went on in this one.
# A policy of a table may not read that table, so that this is asked as its owner.
PUT_IN = """
create function levee_may_put_in(about uuid, target uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from access_grant g where g.subject = about and g.party = levee_party() and g.until is null
            and g.capacity in ('owner', 'finder'))
        or exists (select from cases_report r where r.finding = about and (
            exists (select from access_grant g where g.subject = r."case" and g.party = levee_party()
                and g.until is null and g.capacity = 'owner')
            or exists (select from cases_succession s where s.before = r."case" and s.after = target)))
$$
"""
# As before, and: it is told to people and runs that see content.
OWN_CASES = """
create or replace function levee_own_cases(findings uuid[]) returns table (finding uuid, finder text, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.finding, o.name, c.opened_at from cases_report r join cases_case c on c.id = r."case"
    join identity_organisation o on o.id = c.house
    where r.finding = any (findings) and c.house <> levee_clearinghouse() and c.successor is null
        and levee_has(array['member', 'coordinator'])
        and exists (select from access_grant g where g.subject = r.finding and g.party = levee_party()
            and g.until is null and g.capacity = 'owner')
    order by c.opened_at, r.finding
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_own_cases")]

    operations = [
        run(PUT_IN),
        run("revoke execute on function levee_may_put_in from public"),
        run(f"grant execute on function levee_may_put_in to {DbRole.WEB}"),
        run(
            f"create policy cases_report_put_in on cases_report as restrictive for insert to {DbRole.WEB} "
            'with check (levee_may_put_in(finding, "case"))'
        ),
        run(OWN_CASES),
    ]
