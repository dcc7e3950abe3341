"""Times in which the house publishes nothing: kept by its coordinators, seen by everyone who sees content."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import protect
from levee.platform.database.roles import DbRole

SEEN_BY_ALL = "(select levee_party()) is not null"
BY_A_COORDINATOR = (
    "house = (select levee_party()) and (select levee_kind()) = 'clearinghouse' "
    "and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)


class Migration(migrations.Migration):
    dependencies = [("house", "0001_settings")]

    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("kind", models.TextField()),
                ("zone", models.TextField()),
                ("because", models.TextField()),
                ("weekday", models.IntegerField(null=True)),
                ("day", models.DateField(null=True)),
                ("opens", models.TimeField(null=True)),
                ("closes", models.TimeField(null=True)),
                ("start", models.DateTimeField(null=True)),
                ("end", models.DateTimeField(null=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "house_closing"},
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "house_closing",
            see=SEEN_BY_ALL,
            add=f'{BY_A_COORDINATOR} and "by" = (select levee_actor())',
            change=BY_A_COORDINATOR,
            grants={DbRole.WEB: "select, insert, update (ended_at)", DbRole.WORKER: "select"},
        ),
    ]
