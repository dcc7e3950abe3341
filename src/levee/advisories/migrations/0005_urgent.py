"""Why a publication did not wait for the next time that the house publishes in."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole


class Migration(migrations.Migration):
    dependencies = [("advisories", "0004_publications"), ("house", "0002_closings")]

    operations = [
        migrations.AddField("publication", "urgent", models.TextField(default="")),
        run(f"grant update (urgent) on advisories_publication to {DbRole.WEB}"),
    ]
