"""Filters of the list of cases that somebody keeps by a name."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import protect
from levee.platform.database.roles import DbRole

OWN = (
    "principal = (select levee_actor()) and (select levee_is(array['person', 'agent'])) "
    "and (select levee_has(array['member', 'coordinator']))"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_bridges")]

    operations = [
        migrations.CreateModel(
            name="Filter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("principal", models.UUIDField()),
                ("name", models.TextField()),
                ("show", models.TextField()),
                ("part", models.TextField(default="")),
                ("project", models.TextField(default="")),
                ("party", models.TextField(default="")),
                ("text", models.TextField(default="")),
                ("sort", models.TextField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_filter",
                "constraints": [models.UniqueConstraint(fields=("principal", "name"), name="cases_filter_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_filter",
            see=OWN,
            add=OWN,
            change=OWN,
            remove=OWN,
            grants={DbRole.WEB: "select, insert, update, delete"},
        ),
    ]
