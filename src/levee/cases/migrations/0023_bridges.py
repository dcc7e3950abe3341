"""Private channels of projects at GitHub and GitLab, and the reports of cases that were handed in there."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, noted, own, protect, run
from levee.platform.database.roles import DbRole

BY_A_COORDINATOR = "(select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
OF_THE_HOUSE = f"{own('house')} and (select levee_kind()) = 'clearinghouse'"
A_RUN = f"{own('house')} and (select levee_is(array['service']))"
OWNER = granted('"case"', "owner")
TOLD = """select c.id, c.internal, 'bridge', c.house, now() from rows r join cases_case c on c.id = r."case" """
NEWS = TOLD + (
    "join before b on b.id = r.id where (r.state, r.remote_state, r.problem) "
    "is distinct from (b.state, b.remote_state, b.problem)"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_webhooks")]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("kind", models.TextField()),
                ("name", models.TextField()),
                ("base", models.TextField()),
                ("token", models.UUIDField()),
                ("token_size", models.IntegerField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "cases_channel"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Bridge",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("channel", models.UUIDField()),
                ("project", models.TextField()),
                ("organisation", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("name", models.TextField()),
                ("thread", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("remote", models.TextField(default="")),
                ("url", models.TextField(default="")),
                ("remote_state", models.TextField(default="")),
                ("remote_at", models.DateTimeField(null=True)),
                ("etags", models.JSONField(default=dict)),
                ("since", models.DateTimeField(null=True)),
                ("sent", models.IntegerField(default=0)),
                ("problem", models.TextField(default="")),
                ("detail", models.TextField(default="")),
                ("attempts", models.IntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("look_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_bridge",
                "indexes": [
                    models.Index(fields=["case"], name="cases_bridge_in"),
                    models.Index(fields=["look_at"], name="cases_bridge_due"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_channel",
            see=OF_THE_HOUSE + f" or ({A_RUN})",
            add=f"{OF_THE_HOUSE} and {BY_A_COORDINATOR}",
            change=f"{OF_THE_HOUSE} and {BY_A_COORDINATOR}",
            grants={DbRole.WEB: "select, insert, update (token, token_size, ended_at)", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_bridge",
            see=OWNER,
            add=f"{OWNER} and {BY_A_COORDINATOR}",
            change=f"{OWNER} and ((select levee_is(array['service'])) or {BY_A_COORDINATOR})",
            grants={
                DbRole.WEB: "select, insert, update (state, problem, detail, attempts, look_at)",
                DbRole.WORKER: "select, update",
            },
        ),
        noted("cases_bridge", "insert", "levee_case_changed", TOLD),
        noted("cases_bridge", "update", "levee_case_changed", NEWS),
        # The project's own run opens its thread with the owner, as its people would.
        run(f"grant insert on cases_thread to {DbRole.WORKER}"),
        run(f"grant execute on function levee_thread_parties to {DbRole.WORKER}"),
    ]
