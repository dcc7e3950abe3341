from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exposure", "0009_vex")]

    operations = [migrations.AddField(model_name="known", name="removed", field=models.BooleanField(default=False))]
