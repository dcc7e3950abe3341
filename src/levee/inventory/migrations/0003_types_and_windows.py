from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_component_key")]

    operations = [
        migrations.AddField(model_name="asset", name="type", field=models.TextField(default="unknown")),
        migrations.AddField(model_name="asset", name="window", field=models.TextField(default="")),
        migrations.AddField(model_name="asset", name="said", field=models.JSONField(default=dict)),
    ]
