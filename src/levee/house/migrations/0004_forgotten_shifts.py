"""Whoever left or coordinates no more is on call no more, and who is forgotten leaves no address."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, run
from levee.platform.database.roles import DbRole

COORDINATES = """
create function levee_coordinates(whom uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from access_principal p
        where p.id = whom and p.live and p.party = levee_party() and 'coordinator' = any(p.roles))
$$
"""
FORGET = """
create function levee_forget_shifts(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not levee_may_forget(whom) then return; end if;
    update house_shift s set address = '', ended_at = coalesce(s.ended_at, now()) where s.person = whom;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("house", "0003_duty"), ("identity", "0001_initial")]

    operations = [
        run(COORDINATES),
        run("revoke execute on function levee_coordinates from public"),
        run(f"grant execute on function levee_coordinates to {DbRole.WEB}, {DbRole.WORKER}, {OPERATOR_JOBS}"),
        run(FORGET),
        run("revoke execute on function levee_forget_shifts from public"),
        run(f"grant execute on function levee_forget_shifts to {DbRole.WEB}, {OPERATOR_PAGES}"),
    ]
