"""A letter remembers what an answer to it is about: its own random key stands in its Reply-To."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_operators")]

    operations = [migrations.AddField("letter", "answers_to", models.UUIDField(null=True))]
