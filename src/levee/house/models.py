from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """What a house chose; nothing is changed, and the newest of a name holds."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    name = models.TextField()
    value = models.TextField()
    because = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Setting"]()

    class Meta:
        db_table = "house_setting"
        indexes = [models.Index(fields=["house", "name", "at"], name="house_setting_newest")]
