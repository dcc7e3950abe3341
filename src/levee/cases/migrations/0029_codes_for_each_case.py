"""Whoever came in by a link types a code in every case that its organisation is in: so many a day, for each of them."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run

END = "coalesce(c.embargo_ended_at, c.embargo_end)"
STANDS = f"t.ended_at is null and ({END} > at or t.since >= {END})"
A_DAY = 5
CASES = "(select count(*) from cases_participant s join cases_participant o on o.party = s.party where s.id = t.participant)"
RENEW = f"""
create or replace function levee_contact_renew(locator uuid, digest bytea, until timestamptz, at timestamptz)
returns text language sql volatile security definer set search_path = public, pg_temp as $$
    update cases_contact t set code_digest = digest, code_until = until, tries_left = 5, used_at = null,
        renewed_at = at,
        renewals = case when t.renewals_since > at - interval '1 day' then t.renewals + 1 else 1 end,
        renewals_since = case when t.renewals_since > at - interval '1 day' then t.renewals_since else at end
    from cases_case c
    where c.id = t."case" and t.id = locator and t.principal = levee_actor() and {STANDS}
        and (t.renewed_at is null or t.renewed_at <= at - interval '1 minute')
        and (t.renewals < {A_DAY} * {CASES} or t.renewals_since <= at - interval '1 day')
    returning t.address
$$
"""  # noqa: S608 - constants of this file


class Migration(migrations.Migration):
    dependencies = [("cases", "0028_transfers")]
    operations = [run(RENEW)]
