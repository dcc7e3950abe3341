from __future__ import annotations

from django.db import models


class Letter(models.Model):
    """A letter that waits or left: the same wording for all, with a locator and at most a code.

    What an answer to it by mail is about is known to whoever queued it.
    """

    id = models.UUIDField(primary_key=True)
    address = models.TextField()
    locator = models.TextField()
    code = models.TextField(default="")
    answers_to = models.UUIDField(null=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Letter"]()

    class Meta:
        db_table = "notify_letter"
        indexes = [models.Index(fields=["-queued_at"], name="notify_newest")]
