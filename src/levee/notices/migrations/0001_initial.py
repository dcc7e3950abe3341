"""Notices to single operators: written by coordinators, who do not read them there, and read by the operator alone."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import BOTH_SIDES, OPERATOR_PAGES, own, protect
from levee.platform.database.roles import DbRole

BY_A_COORDINATOR = (
    "(select levee_kind()) = 'clearinghouse' and (select levee_has(array['coordinator'])) "
    "and (select levee_is(array['person']))"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operator", models.UUIDField()),
                ("product", models.TextField()),
                ("text", models.TextField()),
                ("label", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "notices_notice",
                "indexes": [models.Index(fields=["operator", "at"], name="notices_of_operator")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "notices_notice",
            see=own("operator"),
            add=BY_A_COORDINATOR,
            grants={DbRole.WEB: "insert", OPERATOR_PAGES: "select"},
            to=BOTH_SIDES,
        ),
    ]
