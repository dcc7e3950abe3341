"""What is proposed about a vendor that nobody reaches, and what a second person says to it."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

OWNER = granted('"case"', "owner") + (
    " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)
SEEN = granted('"case"', "owner") + " and (select levee_is(array['person', 'agent']))"
BY_TWO = "(agreed is not true or settled_by <> proposed_by)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_conflicts")]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("participant", models.UUIDField()),
                ("way", models.TextField()),
                ("because", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("agreed", models.BooleanField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_outcome",
                "indexes": [models.Index(fields=["case", "proposed_at"], name="cases_outcome_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_outcome",
            see=SEEN,
            add=f"{OWNER} and proposed_by = (select levee_actor()) and settled_at is null",
            change=f"{OWNER} and {BY_TWO}",
            grants={DbRole.WEB: "select, insert, update"},
        ),
    ]
