"""A batch carries out many runs one after the other: one job in the queue, each run still an actor of its own."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, run

# A run knows itself alone; a batch is told of its members, and of no other runs.
BEGIN = """
create function levee_members() returns table (id uuid, party uuid, subject uuid, attempts integer)
language sql stable security definer set search_path = public, pg_temp as $$
    select m.id, m.party, m.subject, m.attempts from platform_run b
    join platform_run m on m.id = any(b.members)
    where b.id = levee_actor() and b.ended_at is null and m.ended_at is null
$$
"""
END = """
create function levee_end_members(done uuid[], at timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    update platform_run m set ended_at = at, failure = '' from platform_run b
    where b.id = levee_actor() and m.id = any(b.members) and m.id = any(done) and m.ended_at is null
$$
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_sides")]

    operations = [
        migrations.AddField(
            "Run",
            "members",
            django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        run(BEGIN),
        run(END),
        run("revoke execute on function levee_members() from public"),
        run("revoke execute on function levee_end_members(uuid[], timestamptz) from public"),
        run(f"grant execute on function levee_members() to {OPERATOR_JOBS}"),
        run(f"grant execute on function levee_end_members(uuid[], timestamptz) to {OPERATOR_JOBS}"),
    ]
