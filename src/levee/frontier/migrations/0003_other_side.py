"""Where a letter to the other side of an agreement goes: asked by anybody of a side, who sees no more of it."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

OTHER_SIDE = """
create function levee_other_side(agreed uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select o.contact from frontier_agreement a join identity_organisation o
        on o.id = case when a.developer = levee_party() then a.evaluator else a.developer end
    where a.id = agreed and levee_party() in (a.developer, a.evaluator) and levee_is(array['person', 'agent'])
$$
"""


class Migration(migrations.Migration):
    dependencies = [("frontier", "0002_hand_off"), ("identity", "0001_initial")]

    operations = [
        run(OTHER_SIDE),
        run("revoke execute on function levee_other_side from public"),
        run(f"grant execute on function levee_other_side to {DbRole.WEB}"),
    ]
