from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
OWNER = granted('"case"', "owner") + (
    " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)
ASKED = granted('"case"', "finder", "vendor")
SEEN = granted('"case"', *PARTIES)
ACTIVE = granted('"case"', "owner", "finder", "vendor")
BY_SOMEBODY = "(select levee_is(array['person', 'agent']))"
OWN_SEAT = "participant in (select p.id from cases_participant p where p.party = (select levee_party()))"
# As it was, and each party's own acts about clocks besides.
HISTORY = (
    f"by = (select levee_party()) and {BY_SOMEBODY} and {ACTIVE} and (moves = 'PEC' or moves = 'EM' and verb = 'propose' "
    f"or moves in ('RM', 'CS', 'CLK') and {OWN_SEAT} or {OWNER}) and (moves <> 'PEC' or verb <> 'decline' or {ASKED})"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_answers")]

    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("policy", models.TextField()),
                ("version", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("because", models.TextField()),
                ("dropped_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_adoption",
                "indexes": [models.Index(fields=["case", "at"], name="cases_adoption_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="ClockMark",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("moment", models.TextField()),
                ("at", models.DateTimeField()),
                ("evidence", models.TextField()),
                ("stated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_clock_mark",
                "indexes": [models.Index(fields=["case", "stated_at"], name="cases_clock_mark_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("case", models.UUIDField()),
                ("clock", models.TextField()),
                ("due", models.DateTimeField()),
                ("hours_before", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_reminder",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "case", "clock", "due", "hours_before"), name="cases_reminder_once"
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_adoption",
            see=SEEN,
            add=f"{own('party')} and {BY_SOMEBODY} and {ACTIVE}",
            change=f"{own('party')} and {BY_SOMEBODY} and {ACTIVE}",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_clock_mark",
            see=SEEN,
            add=f"{own('party')} and {BY_SOMEBODY} and {ACTIVE}",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_reminder",
            see=f"{own('organisation')} and {SEEN}",
            add=f"{own('organisation')} and (select levee_is(array['service'])) and {SEEN}",
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        run(f"alter policy cases_entry_add on cases_entry with check ({HISTORY})"),
    ]
