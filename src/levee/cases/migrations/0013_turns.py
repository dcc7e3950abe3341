"""Invitations of a project's people wait until the project has room; a run of the case's owner lets them in."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

OWNER = granted('"case"', "owner")
BY_A_COORDINATOR = "(select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
BY_A_RUN = "(select levee_is(array['service']))"
WAITS = "t.released_at is null and t.withdrawn_at is null"


def waiting(table: str, also: str) -> str:
    """SQL: there is an invitation that waits in the case of a row."""
    return f'exists (select from cases_turn t where t."case" = {table}."case" and {WAITS} and {also})'


SEATS = f"{OWNER} and {BY_A_RUN} and capacity = 'vendor' and " + waiting(
    "cases_participant", "t.organisation = cases_participant.party"
)
LINKS = f"{OWNER} and {BY_A_RUN} and " + waiting("cases_contact", "t.principal = cases_contact.principal")
ITS_SEAT = "t.organisation in (select p.party from cases_participant p where p.id = cases_entry.participant)"
ITS_STEP = "by = (select levee_party()) and moves in ('PEC', 'RM', 'CS')"
STEPS = f"{OWNER} and {BY_A_RUN} and {ITS_STEP} and {waiting('cases_entry', ITS_SEAT)}"


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_projects")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("project", models.TextField()),
                ("organisation", models.UUIDField()),
                ("principal", models.UUIDField(null=True)),
                ("name", models.TextField()),
                ("address", models.TextField(default="")),
                ("because", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("look_at", models.DateTimeField(null=True)),
                ("urgent", models.TextField(default="")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_turn",
                "indexes": [
                    models.Index(fields=["project", "released_at"], name="cases_turn_of"),
                    models.Index(fields=["case"], name="cases_turn_in"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_turn",
            see=f"{OWNER} and ({BY_A_RUN} or (select levee_has(array['coordinator'])))",
            add=f"{OWNER} and {BY_A_COORDINATOR}",
            change=f"{OWNER} and ({BY_A_RUN} or {BY_A_COORDINATOR})",
            grants={
                DbRole.WEB: "select, insert, update",
                DbRole.WORKER: "select, update (released_at, name, address, withdrawn_at, withdrawn, look_at)",
            },
        ),
        *(
            step
            for table, may in (("cases_participant", SEATS), ("cases_contact", LINKS), ("cases_entry", STEPS))
            for step in (
                run(f"grant insert on {table} to {DbRole.WORKER}"),
                run(f"create policy {table}_release on {table} for insert to {DbRole.WORKER} with check ({may})"),
            )
        ),
    ]
