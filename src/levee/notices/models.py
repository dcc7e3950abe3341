from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """What one operator is told; nothing here leads to the case behind it."""

    id = models.UUIDField(primary_key=True)
    operator = models.UUIDField()
    product = models.TextField()
    text = models.TextField()
    label = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["Notice"]()

    class Meta:
        db_table = "notices_notice"
        indexes = [models.Index(fields=["operator", "at"], name="notices_of_operator")]
