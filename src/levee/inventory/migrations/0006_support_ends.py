from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_PAGES, run


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_sides")]

    operations = [
        migrations.AddField(model_name="finding", name="support_ends", field=models.DateField(null=True)),
        run(f"grant update (title, support_ends) on inventory_finding to {OPERATOR_PAGES}"),
    ]
