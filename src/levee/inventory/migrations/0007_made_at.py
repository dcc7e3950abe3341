from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_support_ends")]

    operations = [
        migrations.AddField(model_name="import", name="made_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="inventory", name="evidence_at", field=models.DateTimeField(null=True)),
    ]
