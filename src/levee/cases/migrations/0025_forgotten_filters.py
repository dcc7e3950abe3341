"""Whoever is forgotten keeps no filter: their names and words are the person's own."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_PAGES, run
from levee.platform.database.roles import DbRole

FORGET = """
create function levee_forget_filters(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not levee_may_forget(whom) then return; end if;
    delete from cases_filter f where f.principal = whom;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_filters")]

    operations = [
        run(FORGET),
        run("revoke execute on function levee_forget_filters from public"),
        run(f"grant execute on function levee_forget_filters to {DbRole.WEB}, {OPERATOR_PAGES}"),
    ]
