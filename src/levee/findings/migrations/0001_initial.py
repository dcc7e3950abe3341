from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

READERS = ("finder", "owner", "vendor", "service")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("key_digest", models.BinaryField()),
                ("content_digest", models.BinaryField()),
                ("title", models.TextField()),
                ("description", models.TextField()),
                ("target", models.TextField()),
                ("contrast", models.TextField(default="")),
                ("cwe", models.TextField(default="")),
                ("tool", models.TextField()),
                ("tool_version", models.TextField(default="")),
                ("model", models.TextField(default="")),
                ("model_version", models.TextField(default="")),
                ("use_terms", models.TextField()),
                ("why_no_proof", models.TextField(default="")),
                ("personal_data", models.BooleanField(default=False)),
                ("proof", models.UUIDField(null=True)),
                ("proof_size", models.IntegerField(default=0)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "findings_finding",
                "indexes": [models.Index(fields=["organisation", "-received_at"], name="findings_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "key_digest"), name="findings_once_per_key")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Original",
            fields=[
                ("finding", models.UUIDField(primary_key=True, serialize=False)),
                ("blob", models.UUIDField()),
                ("size", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("media_type", models.TextField()),
                ("place", models.TextField(default="")),
            ],
            options={"db_table": "findings_original"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Redaction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("finding", models.UUIDField()),
                ("passages", ArrayField(base_field=models.TextField(), size=None)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "findings_redaction",
                "indexes": [models.Index(fields=["finding"], name="findings_redaction_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "findings_finding",
            see=granted("id", *READERS),
            add="organisation = (select levee_party()) and (select levee_standing()) = 'joined' "
            "and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        *protect(
            "findings_original",
            see=granted("finding", "finder", "owner"),
            add=granted("finding", "finder") + " and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert"},
        ),
        *protect(
            "findings_redaction",
            see=granted("finding", *READERS),
            add=granted("finding", "finder", "owner") + " and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
