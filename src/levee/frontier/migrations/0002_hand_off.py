"""What a model found and its evaluator handed in: which sealed exchange it came up in, for the two sides alone."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import own, protect
from levee.platform.database.roles import DbRole

NO_RUN = "(select levee_is(array['person', 'agent']))"


class Migration(migrations.Migration):
    dependencies = [("frontier", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="HandOff",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("of", models.UUIDField()),
                ("developer", models.UUIDField()),
                ("evaluator", models.UUIDField()),
                ("finding", models.UUIDField()),
                ("leaf", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "frontier_hand_off",
                "indexes": [models.Index(fields=["of", "at"], name="frontier_handed_off")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "frontier_hand_off",
            see=f"({own('developer')} or {own('evaluator')}) and {NO_RUN}",
            add=f"{own('evaluator')} and {NO_RUN}",
            grants={DbRole.WEB: "select, insert"},
        ),
    ]
