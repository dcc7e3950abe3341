"""Runs and jobs belong to a side, and the workers of one side know nothing of the other's."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.kernel.sides import APPS, Side
from levee.platform.database.rls import BOTH_SIDES, OPERATORS, run
from levee.platform.database.roles import DbRole

OPERATED = ", ".join(f"'{app}'" for app in sorted(APPS[Side.OPERATORS]))
DEFER = """
create function levee_defer(kind text, run uuid, side text, seconds double precision, priority integer) returns void
language sql security definer set search_path = public, pg_temp as $$
    select procrastinate_defer_jobs_v1(array[
        row(kind, 'levee.run', priority, null, null, jsonb_build_object('kind', kind, 'run', run, 'side', side),
            case when seconds > 0 then now() + make_interval(secs => seconds) end)
        ::procrastinate_job_to_defer_v1
    ]);
$$
"""


def own_runs(side: Side) -> str:
    return f"id = (select levee_actor()) and side = '{side}'"


def own_jobs(side: Side) -> str:
    return f"args->>'side' = '{side}'"


def queue(table: str, condition: str, role: DbRole) -> Operation:
    short = role.removeprefix("levee_")
    return run(f"create policy {table}_{short} on {table} to {role} using ({condition}) with check ({condition})")


SIDES = {Side.CLEARINGHOUSE: DbRole.WORKER, Side.OPERATORS: DbRole.MATCHER}


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_runs")]

    operations = [
        migrations.AddField("Run", "side", models.TextField(default=Side.CLEARINGHOUSE)),
        run(f"update platform_run set side = '{Side.OPERATORS}' where split_part(kind, '.', 1) in ({OPERATED})"),  # noqa: S608
        *(
            run(f"alter policy platform_run_{verb} on platform_run using ({own_runs(Side.CLEARINGHOUSE)})")
            for verb in ("see", "change")
        ),
        run(f"alter policy platform_run_add on platform_run to {', '.join(BOTH_SIDES)}"),
        *(
            run(
                f"create policy platform_run_{name} on platform_run for {verb} to {', '.join(OPERATORS)} "
                f"using ({own_runs(Side.OPERATORS)})"
            )
            for name, verb in (("see_operators", "select"), ("change_operators", "update"))
        ),
        run(f"grant select, insert on platform_run to {DbRole.OPERATOR}"),
        run(f"grant select, insert, update on platform_run to {DbRole.MATCHER}"),
        run("drop function levee_defer(text, uuid, double precision, integer)"),
        run(DEFER),
        run("revoke execute on function levee_defer from public"),
        run(f"grant execute on function levee_defer to {', '.join(BOTH_SIDES)}"),
        # A worker that could read the other side's jobs could enter their runs.
        run(
            "update procrastinate_jobs set args = args || jsonb_build_object('side', coalesce("  # noqa: S608
            f"(select '{Side.OPERATORS}' where split_part(queue_name, '.', 1) in ({OPERATED})), "
            f"'{Side.CLEARINGHOUSE}'))"
        ),
        *(
            step
            for table in ("procrastinate_jobs", "procrastinate_events")
            for step in (
                run(f"alter table {table} enable row level security"),
                run(f"alter table {table} force row level security"),
                run(f"create policy {table}_owner on {table} to current_user using (true) with check (true)"),
            )
        ),
        *(
            step
            for side, role in SIDES.items()
            for step in (
                queue("procrastinate_jobs", own_jobs(side), role),
                queue("procrastinate_events", "job_id in (select id from procrastinate_jobs)", role),
            )
        ),
    ]
