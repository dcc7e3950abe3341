from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

# Whoever came in by a link types a second code when it answers. An ended link still counts, so that its end never
# makes an answer easier; it only takes no code any more.
OWN_CONTACT = """
create function levee_own_contact(about uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select t.id from cases_contact t where t."case" = about and t.principal = levee_actor()
    order by t.ended_at nulls first limit 1
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        run(OWN_CONTACT),
        run("revoke execute on function levee_own_contact from public"),
        run(f"grant execute on function levee_own_contact to {DbRole.WEB}"),
    ]
