"""Files beside messages; their bytes lie encrypted outside the database."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_reading")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("thread", models.UUIDField()),
                ("message", models.UUIDField()),
                ("party", models.UUIDField()),
                ("name", models.TextField()),
                ("size", models.IntegerField()),
                ("blob", models.UUIDField()),
                ("address", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_attachment",
                "indexes": [models.Index(fields=["message"], name="cases_attachment_of_message")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_attachment",
            see=f"{granted('thread', *PARTIES)} and (select levee_is(array['person', 'agent']))",
            add=f"{own('party')} and {granted('thread', 'owner', 'finder', 'vendor')} "
            "and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert"},
        ),
    ]
