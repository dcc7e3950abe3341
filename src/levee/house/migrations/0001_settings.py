"""What a house chose for its own people: read by all of them, chosen by its administrators."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import own, protect
from levee.platform.database.roles import DbRole

OF_THE_HOUSE = f"({own('house')} or house = (select levee_organisation()))"
BY_ITS_ADMINISTRATOR = (
    "house = (select levee_organisation()) and (select levee_kind()) = 'clearinghouse' "
    "and (select levee_has(array['admin'])) and (select levee_is(array['person'])) "
    'and "by" = (select levee_actor())'
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("name", models.TextField()),
                ("value", models.TextField()),
                ("because", models.TextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "house_setting",
                "indexes": [models.Index(fields=["house", "name", "at"], name="house_setting_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "house_setting",
            see=OF_THE_HOUSE,
            add=BY_ITS_ADMINISTRATOR,
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
