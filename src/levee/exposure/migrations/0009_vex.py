from __future__ import annotations

import django.contrib.postgres.fields
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, own, protect

OWN = own("organisation")
BY_A_PERSON = f"{OWN} and (select levee_is(array['person']))"
WITHDRAW = "update (withdrawn_by, withdrawn_at, note)"


class Migration(migrations.Migration):
    dependencies = [("exposure", "0008_epochs")]

    operations = [
        migrations.AddField("known", "document", models.UUIDField(null=True)),
        migrations.AddField("known", "source", models.JSONField(default=dict)),
        migrations.AddField(
            "known",
            "says",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField("known", "statements", models.JSONField(default=list)),
        migrations.AddIndex("known", GinIndex(fields=["says"], name="exposure_known_says")),
        migrations.AddIndex("known", models.Index(fields=["document"], name="exposure_known_document")),
        migrations.AlterField("match", "action", models.UUIDField(null=True)),
        migrations.AddField("match", "excuse", models.JSONField(null=True)),
        migrations.CreateModel(
            name="Vex",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("inventory", models.UUIDField(null=True)),
                ("filename", models.TextField()),
                ("format", models.TextField()),
                ("name", models.TextField()),
                ("author", models.TextField()),
                ("sha256", models.TextField()),
                ("not_understood", models.JSONField()),
                ("principal", models.UUIDField()),
                ("added_at", models.DateTimeField()),
                ("withdrawn_by", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
            ],
            options={
                "db_table": "exposure_vex",
                "indexes": [models.Index(fields=["organisation", "-added_at"], name="exposure_vex_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="VexStatement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("vex", models.UUIDField()),
                ("number", models.IntegerField()),
                ("inventory", models.UUIDField(null=True)),
                (
                    "vulnerabilities",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("said", models.JSONField()),
                ("withdrawn_by", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
            ],
            options={
                "db_table": "exposure_vex_statement",
                "indexes": [
                    models.Index(fields=["organisation", "vex", "number"], name="exposure_vex_statement_of"),
                    GinIndex(fields=["vulnerabilities"], name="exposure_vex_statement_about"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        # A person of the operator relies on a document and withdraws that; a run reads what counts.
        *(
            operation
            for table in ("exposure_vex", "exposure_vex_statement")
            for operation in protect(
                table,
                see=OWN,
                add=BY_A_PERSON,
                change=BY_A_PERSON,
                grants={OPERATOR_PAGES: f"select, insert, {WITHDRAW}", OPERATOR_JOBS: "select"},
                to=(OPERATOR_PAGES, OPERATOR_JOBS),
            )
        ),
    ]
