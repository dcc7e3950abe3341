"""A claim that was accepted by mistake is corrected by a second person, in a case that takes this one's place."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_threads")]

    operations = [
        migrations.AddField(model_name="case", name="successor", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="claim", name="doubted_by", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="claim", name="doubted_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="claim", name="doubt", field=models.TextField(default="")),
        migrations.AddField(model_name="claim", name="settled_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="claim", name="settlement", field=models.TextField(default="")),
    ]
