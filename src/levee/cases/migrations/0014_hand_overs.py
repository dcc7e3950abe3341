"""Who took a case as a document, to hand it to another clearinghouse."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect
from levee.platform.database.roles import DbRole


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_turns")]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("version", models.TextField()),
                ("tlp", models.TextField()),
                ("digest", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_hand_over",
                "indexes": [models.Index(fields=["case", "at"], name="cases_hand_over_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_hand_over",
            see=granted('"case"', "owner", "finder", "vendor", "observer"),
            add=own("party")
            + " and "
            + granted('"case"', "owner", "finder", "vendor")
            + " and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
