from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

READERS = ("owner", "finder", "vendor", "service")


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("finding", models.UUIDField()),
                ("result", models.TextField()),
                ("kind", models.TextField(default="")),
                ("target", models.TextField()),
                ("effect_shown", models.IntegerField()),
                ("effect_runs", models.IntegerField()),
                ("contrast", models.TextField()),
                ("contrast_build", models.TextField(default="")),
                ("contract", models.TextField(default="")),
                ("reach", models.TextField()),
                ("signature", models.TextField(default="")),
                ("detail", models.TextField()),
                ("proof_digest", models.TextField(default="")),
                ("evidence", models.UUIDField(null=True)),
                ("evidence_size", models.IntegerField(default=0)),
                ("evidence_digest", models.TextField(default="")),
                ("evidence_signature", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "validation_verdict",
                "indexes": [models.Index(fields=["finding", "-at"], name="validation_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("finding", models.UUIDField()),
                ("judgement", models.TextField()),
                ("name", models.TextField()),
                ("principal", models.UUIDField()),
                ("statement", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "validation_judgement",
                "indexes": [models.Index(fields=["finding", "-at"], name="validation_said")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "validation_verdict",
            see=granted("finding", *READERS),
            add=granted("finding", "service") + " and (select levee_is(array['service']))",
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        *protect(
            "validation_judgement",
            see=granted("finding", *READERS),
            add=granted("finding", "owner")
            + " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
