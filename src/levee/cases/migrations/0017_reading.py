"""How far each person has read, and whom a message mentions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
OWN = f"principal = (select levee_actor()) and {granted('thread', *PARTIES)} and (select levee_is(array['person', 'agent']))"


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_silence")]

    operations = [
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("principal", models.UUIDField()),
                ("case", models.UUIDField()),
                ("thread", models.UUIDField()),
                ("number", models.IntegerField()),
            ],
            options={
                "db_table": "cases_position",
                "constraints": [models.UniqueConstraint(fields=("principal", "thread"), name="cases_position_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.AddField("message", "mentions", ArrayField(models.UUIDField(), default=list)),
        migrations.AddIndex("message", models.Index(fields=["case", "at"], name="cases_message_of_case")),
        *protect(
            "cases_position",
            see=OWN,
            add=OWN,
            change=OWN,
            grants={DbRole.WEB: "select, insert, update"},
        ),
    ]
