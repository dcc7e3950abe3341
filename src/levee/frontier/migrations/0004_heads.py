"""How many exchanges a gateway has sealed, and the root of the tree over them, as it told the house last."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole


class Migration(migrations.Migration):
    dependencies = [("frontier", "0003_other_side")]

    operations = [
        migrations.AddField("agreement", "sealed", models.BigIntegerField(default=0)),
        migrations.AddField("agreement", "sealed_root", models.BinaryField(default=b"")),
        run(f"grant update (sealed, sealed_root) on frontier_agreement to {DbRole.WEB}"),
    ]
