"""One table: the runs that jobs carry out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from levee.kernel.sides import Side


class Run(models.Model):
    """A piece of work for the worker, and the service actor it acts as while it lasts.

    The queue holds a kind and this random key, nothing else; what the work is about stands here, under row-level
    security, and is visible only to the run itself, and only to the workers of its side.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    side = models.TextField(default=Side.CLEARINGHOUSE)
    subject = models.UUIDField()
    party = models.UUIDField()
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    failure = models.TextField(default="")
    members = ArrayField(models.UUIDField(), default=list)  # of a batch: the runs that it carries out

    unscoped = models.Manager["Run"]()

    class Meta:
        db_table = "platform_run"
