from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import also, granted, protect, run
from levee.platform.database.roles import DbRole

READABLE = (
    "kind = 'public' or (kind = 'organisation' and key = (select coalesce(levee_organisation(), levee_party()))) "
    f"or (kind = 'case' and {granted('key', 'owner', 'finder', 'vendor', 'observer')})"
)
AUDITS = (
    "coalesce((select levee_kind()) = 'clearinghouse' and (select levee_has(array['auditor'])) "
    "and (select levee_is(array['person'])), false)"
)
READERS = {DbRole.WEB: "select", DbRole.WORKER: "select"}
OF_VISIBLE_LOGS = "log in (select id from ledger_log)"
OF_READABLE_LOGS = f"log in (select id from ledger_log where {READABLE})"  # noqa: S608 - constants of this file
# The actor writes as itself; into a case's log only a participant, into the public log only the house.
OWN_ACT = (
    "actor = (select levee_actor()) and case log_kind "
    f"when 'case' then {granted('log_key', 'owner', 'finder', 'vendor', 'observer', 'service')} "
    "when 'organisation' then true "
    "when 'public' then (select levee_kind()) = 'clearinghouse' or (select levee_is(array['service'])) "
    "else false end"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial"), ("platform", "0001_runs")]

    operations = [
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("log_kind", models.TextField()),
                ("log_key", models.UUIDField()),
                ("actor", models.UUIDField()),
                ("fields", models.TextField()),
                ("salts", models.BinaryField()),
            ],
            options={"db_table": "ledger_pending"},
            managers=[("unscoped", models.Manager())],
        ),
        run("alter table ledger_pending add column xid xid8 not null default pg_current_xact_id()"),
        run("alter table ledger_pending add column written timestamptz not null default clock_timestamp()"),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
            ],
            options={"db_table": "ledger_erasure"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("key", models.UUIDField()),
                ("size", models.BigIntegerField(default=0)),
                ("peaks", models.BinaryField(default=b"")),
                ("link", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_log",
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="ledger_log_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("log", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("commitments", models.JSONField()),
                ("leaf", models.BinaryField()),
                ("link", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_entry",
                "constraints": [models.UniqueConstraint(fields=("log", "position"), name="ledger_entry_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("log", models.UUIDField()),
                ("fields", models.TextField()),
            ],
            options={"db_table": "ledger_opening"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Internal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(unique=True)),
                ("leaf", models.BinaryField()),
                ("link", models.BinaryField()),
            ],
            options={"db_table": "ledger_internal"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "level", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.UUIDField()),
                ("level", models.SmallIntegerField()),
                ("place", models.BigIntegerField()),
                ("root", models.BinaryField()),
            ],
            options={"db_table": "ledger_subtree"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("log", models.UUIDField()),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
            options={
                "db_table": "ledger_checkpoint",
                "indexes": [models.Index(fields=["log", "size"], name="ledger_checkpoint_by_size")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("hour", models.DateTimeField(primary_key=True, serialize=False)),
                ("nonce", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
            ],
            options={"db_table": "ledger_anchor"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("text", models.TextField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "ledger_key"},
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "ledger_pending",
            see="false",
            add=OWN_ACT,
            grants={DbRole.WEB: "insert", DbRole.WORKER: "insert", DbRole.LEDGER: "select, delete"},
        ),
        run(f"create policy ledger_pending_take on ledger_pending for delete to {DbRole.LEDGER} using (true)"),
        *protect("ledger_erasure", see="false", grants={DbRole.LEDGER: "select, delete"}),
        *also("ledger_erasure", DbRole.LEDGER, see="true"),
        run(f"create policy ledger_erasure_take on ledger_erasure for delete to {DbRole.LEDGER} using (true)"),
        *protect(
            "ledger_log",
            see=f"{READABLE} or {AUDITS}",
            grants={**READERS, DbRole.LEDGER: "select, insert, update"},
        ),
        *protect("ledger_entry", see=OF_VISIBLE_LOGS, grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *protect(
            "ledger_opening",
            see=OF_READABLE_LOGS,
            grants={**READERS, DbRole.LEDGER: "select, insert, update"},
        ),
        *protect("ledger_internal", see=AUDITS, grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *protect("ledger_subtree", see=OF_VISIBLE_LOGS, grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *protect("ledger_checkpoint", see=OF_VISIBLE_LOGS, grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *protect("ledger_anchor", see=AUDITS, grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *protect("ledger_key", see="true", grants={**READERS, DbRole.LEDGER: "select, insert"}),
        *also("ledger_pending", DbRole.LEDGER, see="true"),
        *also("ledger_log", DbRole.LEDGER, see="true", add="true", change="true"),
        *also("ledger_opening", DbRole.LEDGER, see="true", add="true", change="true"),
        *(
            step
            for table in ("entry", "internal", "subtree", "checkpoint", "anchor", "key")
            for step in also(f"ledger_{table}", DbRole.LEDGER, see="true", add="true")
        ),
        # The radius of a worker is what its runs could have read.
        run(f"grant select on platform_run to {DbRole.LEDGER}"),
        *also("platform_run", DbRole.LEDGER, see="true"),
        # The public log as the public reads it: lines of the export format, added to once an hour.
        run("create table published.ledger_line (number bigint primary key, line text not null)"),
        run(f"grant usage on schema published to {DbRole.LEDGER}"),
        run(f"grant select on published.ledger_line to {DbRole.PUBLIC}"),
        run(f"grant select, insert on published.ledger_line to {DbRole.LEDGER}"),
    ]
