from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, own, protect

OWN = own("organisation")
HANDED_IN = f"{OWN} and (select levee_is(array['person', 'agent']))"
CHANGES = "place, severity, fixed, solution, settled, subject_ecosystem, subject, subject_version, evidence_at, gone_at"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_types_and_windows")]

    operations = [
        migrations.AddField(model_name="component", name="source", field=models.TextField(default="")),
        migrations.AddField(model_name="import", name="findings", field=models.IntegerField(default=0)),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("inventory", models.UUIDField()),
                ("asset", models.UUIDField()),
                ("identity", models.BinaryField()),
                ("place", models.TextField()),
                ("source", models.TextField()),
                ("rule", models.TextField()),
                (
                    "vulnerabilities",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("title", models.TextField()),
                ("severity", models.TextField()),
                ("stated", models.TextField()),
                ("purl", models.TextField()),
                ("ecosystem", models.TextField()),
                ("name", models.TextField()),
                ("version", models.TextField()),
                ("fixed", models.TextField()),
                ("location", models.TextField()),
                ("solution", models.TextField()),
                ("settled", models.TextField()),
                ("subject_ecosystem", models.TextField()),
                ("subject", models.TextField()),
                ("subject_version", models.TextField()),
                ("since", models.DateTimeField()),
                ("evidence_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "inventory_finding",
                "indexes": [
                    models.Index(fields=["organisation", "inventory", "asset"], name="inventory_finding_of"),
                    models.Index(
                        condition=models.Q(("gone_at", None)),
                        fields=["organisation", "subject_ecosystem", "subject"],
                        name="inventory_finding_subject",
                    ),
                    models.Index(
                        condition=models.Q(("gone_at", None)),
                        fields=["organisation", "ecosystem", "name"],
                        name="inventory_finding_package",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("gone_at", None)),
                        fields=("organisation", "inventory", "identity"),
                        name="inventory_finding_once",
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "inventory_finding",
            see=OWN,
            add=HANDED_IN,
            change=HANDED_IN,
            grants={OPERATOR_PAGES: f"select, insert, update ({CHANGES})", OPERATOR_JOBS: "select"},
        ),
    ]
