"""What parties say of somebody's interest in a case, and how it was settled."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect
from levee.platform.database.roles import DbRole

ACTIVE = granted('"case"', "owner", "finder", "vendor")
BY_SOMEBODY = "(select levee_is(array['person', 'agent']))"
BY_A_COORDINATOR = (
    granted('"case"', "owner") + " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_hand_overs")]

    operations = [
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("of", models.UUIDField(null=True)),
                ("because", models.TextField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_conflict",
                "indexes": [models.Index(fields=["case", "at"], name="cases_conflict_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_conflict",
            see=granted('"case"', "owner", "finder", "vendor", "observer"),
            add=f"{own('party')} and {BY_SOMEBODY} and {ACTIVE}",
            change=f"({own('party')} and of is null and {BY_SOMEBODY} and {ACTIVE} or {BY_A_COORDINATOR})",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
    ]
