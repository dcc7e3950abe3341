"""Where findings came from that other clearinghouses handed over."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect
from levee.platform.database.roles import DbRole


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("finding", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("publisher", models.TextField()),
                ("namespace", models.TextField()),
                ("name", models.TextField()),
                ("version", models.TextField()),
                ("digest", models.BinaryField()),
                ("tlp", models.TextField()),
                ("ids", models.JSONField(default=list)),
                ("embargo_end", models.DateTimeField(null=True)),
                ("embargo_said", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "findings_origin",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "namespace", "name"), name="findings_origin_once")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "findings_origin",
            see=granted("finding", "finder", "owner", "vendor", "service"),
            add=f"{own('organisation')} and (select levee_kind()) = 'clearinghouse' "
            "and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
