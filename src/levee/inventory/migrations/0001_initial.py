from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import own, protect
from levee.platform.database.roles import DbRole

OWN = own("organisation")
HANDED_IN = f"{OWN} and (select levee_is(array['person', 'agent']))"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("inventory", models.UUIDField()),
                ("name", models.TextField()),
                ("owner", models.TextField()),
                ("owner_name", models.TextField(default="")),
                ("environment", models.TextField(default="")),
                ("criticality", models.TextField()),
                ("exposure", models.TextField()),
                ("exposure_source", models.TextField()),
                ("exposure_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "inventory_asset",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "inventory", "name"), name="inventory_asset_once")
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Component",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("inventory", models.UUIDField()),
                ("asset", models.UUIDField()),
                ("place", models.TextField()),
                ("stated", models.TextField()),
                ("purl", models.TextField(default="")),
                ("ecosystem", models.TextField(default="")),
                ("name", models.TextField(default="")),
                ("version", models.TextField(default="")),
                ("key", models.BinaryField(null=True)),
                ("unmatchable", models.TextField(default="")),
                ("since", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "inventory_component",
                "indexes": [
                    models.Index(fields=["organisation", "inventory", "asset"], name="inventory_component_of"),
                    models.Index(
                        condition=models.Q(("gone_at", None)),
                        fields=["ecosystem", "name", "organisation"],
                        name="inventory_component_package",
                    ),
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("inventory", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("filename", models.TextField()),
                ("format", models.TextField()),
                ("original", models.UUIDField()),
                ("original_size", models.BigIntegerField()),
                ("rows", models.IntegerField()),
                ("components", models.IntegerField()),
                ("unmatchable", models.IntegerField()),
                ("not_understood", models.JSONField()),
                ("diff", models.JSONField()),
            ],
            options={
                "db_table": "inventory_import",
                "indexes": [models.Index(fields=["organisation", "inventory", "-at"], name="inventory_import_newest")],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Inventory",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("name", models.TextField()),
                ("last_import", models.UUIDField()),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "db_table": "inventory_inventory",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="inventory_once_per_name")
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        *protect(
            "inventory_inventory",
            see=OWN,
            add=HANDED_IN,
            change=HANDED_IN,
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "inventory_import",
            see=OWN,
            add=HANDED_IN,
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        *protect(
            "inventory_asset",
            see=OWN,
            add=HANDED_IN,
            change=HANDED_IN,
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "inventory_component",
            see=OWN,
            add=HANDED_IN,
            change=HANDED_IN,
            grants={DbRole.WEB: "select, insert, update (gone_at)", DbRole.WORKER: "select"},
        ),
    ]
