from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_signals_stamp")]

    operations = [
        migrations.AddField(model_name="feed", name="stopped_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="feed", name="removed_at", field=models.DateTimeField(null=True)),
        migrations.AlterField(model_name="feed", name="name", field=models.TextField()),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                fields=["name"], name="feeds_feed_once", condition=models.Q(("removed_at", None))
            ),
        ),
    ]
