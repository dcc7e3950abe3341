from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="component",
            index=models.Index(
                condition=models.Q(("gone_at", None)),
                fields=["ecosystem", "name", "key"],
                name="inventory_component_key",
            ),
        ),
    ]
