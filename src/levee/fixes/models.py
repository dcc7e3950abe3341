from __future__ import annotations

from django.db import models


class Fix(models.Model):
    """A candidate fix of a case."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    kind = models.TextField()
    patch = models.UUIDField(null=True)
    patch_size = models.IntegerField(default=0)
    upgrade = models.TextField(default="")
    note = models.TextField(default="")
    author = models.TextField()
    provider = models.UUIDField()
    state = models.TextField()
    level = models.IntegerField(default=-1)
    proofs_tried = models.IntegerField(default=0)
    proofs_silent = models.IntegerField(default=0)
    tests_before = models.IntegerField(default=-1)
    tests_after = models.IntegerField(default=-1)
    detail = models.TextField(default="")
    attached_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Fix"]()

    class Meta:
        db_table = "fixes_fix"
        indexes = [models.Index(fields=["case", "attached_at"], name="fixes_of_case")]
