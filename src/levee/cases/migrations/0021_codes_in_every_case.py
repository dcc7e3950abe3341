"""Whoever came in by a link types a second code in every case that its organisation takes part in."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run

# A part of a case that was split off gets a link of its own. Whoever came in by the one to the case before sees it once
# its organisation agrees, and answers there with a code of the link that it has, as it does elsewhere.
OWN_CONTACT = """
create or replace function levee_own_contact(about uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select t.id from cases_contact t where t.principal = levee_actor()
    order by t."case" <> about, t.ended_at nulls first limit 1
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_successions")]
    operations = [run(OWN_CONTACT)]
