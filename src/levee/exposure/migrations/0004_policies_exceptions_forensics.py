from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django.contrib.postgres.fields
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, own, protect, run

if TYPE_CHECKING:
    from django.db.migrations.operations.base import Operation

OWN = own("organisation")
A_PERSON = "(select levee_is(array['person']))"
A_RUN = "(select levee_is(array['service']))"
BY_A_PERSON = f"{OWN} and {A_PERSON}"
BY_A_RUN = f"{OWN} and {A_RUN}"
BY_EITHER = f"{OWN} and ({A_PERSON} or {A_RUN})"
# A person moves an action between open, claimed and excepted, and nowhere else; every other step is a run's.
BY_HAND = f"{OWN} and ({A_RUN} or (state in ('open', 'claimed', 'excepted') and {A_PERSON}))"
VERBS_BY_HAND = "('claim', 'take_back', 'request', 'except', 'refuse', 'resume')"
STEP = f"{OWN} and case when verb in {VERBS_BY_HAND} then {A_PERSON} else {A_RUN} end"
# What a person decides about an exception, and what a run notes of it.
LEAVE = f"{OWN} and ({A_RUN} or (state in ('requested', 'approved', 'refused', 'withdrawn') and {A_PERSON}))"


# A run sees no organisation's record, and which kind its own is decides which table binds it.
KIND = """
create function levee_party_kind() returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select p.kind from access_party p where p.id = levee_party()
$$
"""


def anew(table: str, verb: str, command: str, condition: str) -> list[Operation]:
    """A policy in place of an earlier one of the same name."""
    checked = f"with check ({condition})"
    rule = checked if command == "insert" else f"using ({condition}) {checked}"
    return [
        run(f"drop policy {table}_{verb} on {table}"),
        run(f"create policy {table}_{verb} on {table} for {command} to {OPERATOR_PAGES}, {OPERATOR_JOBS} {rule}"),
    ]


def key() -> models.Field[Any, Any]:
    return models.UUIDField(primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("exposure", "0003_signals_and_order")]

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", key()),
                ("organisation", models.UUIDField()),
                ("table", models.TextField()),
                ("plant_table", models.TextField()),
                ("assumed", models.JSONField()),
                ("active_as_kev", models.BooleanField()),
                ("principal", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "exposure_policy",
                "indexes": [models.Index(fields=["organisation", "-at"], name="exposure_policy_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="OwnTable",
            fields=[
                ("id", key()),
                ("organisation", models.UUIDField()),
                ("name", models.TextField()),
                ("version", models.IntegerField()),
                ("csv", models.TextField()),
                ("principal", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "exposure_own_table",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name", "version"), name="exposure_own_table_once")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", key()),
                ("organisation", models.UUIDField()),
                ("action", models.UUIDField()),
                ("state", models.TextField()),
                ("reason", models.TextField()),
                ("mitigation", models.TextField()),
                ("responsible", models.TextField()),
                ("until", models.DateTimeField()),
                ("requested_by", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "exposure_exception",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation", "action"),
                        name="exposure_exception_once",
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="ForensicCase",
            fields=[
                ("id", key()),
                ("organisation", models.UUIDField()),
                ("vulnerability", models.TextField()),
                ("assets", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("row", models.TextField()),
                ("listed_at", models.DateTimeField()),
                ("listed_by", models.TextField()),
                ("started_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("patched_at", models.DateTimeField(null=True)),
                ("verdict", models.TextField(default="")),
                ("verdict_text", models.TextField(default="")),
                ("verdict_by", models.UUIDField(null=True)),
                ("verdict_at", models.DateTimeField(null=True)),
                ("alarmed", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "exposure_forensic_case",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "vulnerability"), name="exposure_forensic_case_once"
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="ForensicEntry",
            fields=[
                ("id", key()),
                ("organisation", models.UUIDField()),
                ("case", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("principal", models.UUIDField()),
                ("step", models.TextField()),
                ("text", models.TextField()),
                ("filename", models.TextField(default="")),
                ("sha256", models.TextField(default="")),
                ("size", models.BigIntegerField(null=True)),
                ("kept", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "exposure_forensic_entry",
                "indexes": [models.Index(fields=["organisation", "case", "at"], name="exposure_forensic_entry_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        run(KIND),
        run("revoke execute on function levee_party_kind() from public"),
        run(f"grant execute on function levee_party_kind() to {OPERATOR_PAGES}, {OPERATOR_JOBS}"),
        *anew("exposure_action", "change", "update", BY_HAND),
        *anew("exposure_step", "add", "insert", STEP),
        *protect(
            "exposure_policy",
            see=OWN,
            add=BY_A_PERSON,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select"},
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        *protect(
            "exposure_own_table",
            see=OWN,
            add=BY_A_PERSON,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select"},
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        *protect(
            "exposure_exception",
            see=OWN,
            add=BY_A_PERSON,
            change=LEAVE,
            grants={
                OPERATOR_PAGES: "select, insert, update (state, decided_by, decided_at, note, ended_at)",
                OPERATOR_JOBS: "select, update",
            },
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        # A person gives the verdict; a run opens the case, and notes assets, patches and alarms.
        *protect(
            "exposure_forensic_case",
            see=OWN,
            add=BY_A_RUN,
            change=BY_EITHER,
            grants={
                OPERATOR_PAGES: "select, update (verdict, verdict_text, verdict_by, verdict_at)",
                OPERATOR_JOBS: "select, insert, update (assets, patched_at, alarmed)",
            },
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
        *protect(
            "exposure_forensic_entry",
            see=OWN,
            add=BY_A_PERSON,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select"},
            to=(OPERATOR_PAGES, OPERATOR_JOBS),
        ),
    ]
