"""The table of runs, and the one function through which anybody but the worker reaches the queue."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import protect, run
from levee.platform.database.roles import DbRole

DEFER = """
create function levee_defer(kind text, run uuid, seconds double precision, priority integer) returns void
language sql security definer set search_path = public, pg_temp as $$
    select procrastinate_defer_jobs_v1(array[
        row(kind, 'levee.run', priority, null, null, jsonb_build_object('kind', kind, 'run', run),
            case when seconds > 0 then now() + make_interval(secs => seconds) end)
        ::procrastinate_job_to_defer_v1
    ]);
$$
"""
ACTOR = """
create function levee_actor() returns uuid language sql stable
set search_path = public, pg_temp as $$
    select nullif(current_setting('levee.actor', true), '')::uuid
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("subject", models.UUIDField()),
                ("party", models.UUIDField()),
                ("enqueued_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("failure", models.TextField(default="")),
            ],
            options={"db_table": "platform_run"},
            managers=[("unscoped", models.Manager())],
        ),
        run(ACTOR),
        *protect(
            "platform_run",
            see="id = (select levee_actor())",
            add="true",
            change="id = (select levee_actor())",
            grants={
                DbRole.WEB: "select, insert",
                DbRole.WORKER: "select, insert, update",
            },
        ),
        run(DEFER),
        run("revoke execute on function levee_defer from public"),
        run(f"grant execute on function levee_defer to {DbRole.WEB}, {DbRole.WORKER}"),
        # Announcing every job to every listener of the database would tell outsiders the house's load.
        run("drop trigger if exists procrastinate_jobs_notify_queue_job_inserted_v1 on procrastinate_jobs"),
        run("drop trigger if exists procrastinate_jobs_notify_queue_job_aborted_v1 on procrastinate_jobs"),
    ]
