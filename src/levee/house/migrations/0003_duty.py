"""Who is on call, and the notes of those who hand over: for the house's own people, and for its runs that raise alarms."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import BOTH_SIDES, OPERATOR_JOBS, own, protect
from levee.platform.database.roles import DbRole

OF_THE_HOUSE = own("house")
BY_A_COORDINATOR = (
    "house = (select levee_party()) and (select levee_kind()) = 'clearinghouse' "
    "and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)


class Migration(migrations.Migration):
    dependencies = [("house", "0002_closings")]

    operations = [
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("person", models.UUIDField()),
                ("address", models.TextField(default="")),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "house_shift",
                "indexes": [models.Index(fields=["house", "start"], name="house_shift_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("by", models.UUIDField()),
                ("note", models.TextField()),
                ("cursor", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "house_handover",
                "indexes": [models.Index(fields=["house", "at"], name="house_handover_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "house_shift",
            see=OF_THE_HOUSE,
            add=f'{BY_A_COORDINATOR} and "by" = (select levee_actor())',
            change=BY_A_COORDINATOR,
            grants={
                DbRole.WEB: "select, insert, update (ended_at)",
                DbRole.WORKER: "select",
                OPERATOR_JOBS: "select",
            },
            to=BOTH_SIDES,
        ),
        *protect(
            "house_handover",
            see=f"{OF_THE_HOUSE} and (select levee_is(array['person', 'agent']))",
            add=f'{BY_A_COORDINATOR} and "by" = (select levee_actor())',
            grants={DbRole.WEB: "select, insert"},
        ),
    ]
