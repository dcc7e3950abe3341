from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Feed(models.Model):
    """A source that is followed, and the state of what is held of it.

    Stopped, it is not looked at and what is held stays. Removed, all that it said is taken back; another one may have
    its name then.
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    title = models.TextField()
    kind = models.TextField()
    urls = ArrayField(models.TextField())
    hours = models.IntegerField()
    root = models.BinaryField(null=True)
    via = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    scheduled = models.UUIDField(null=True)
    known = models.JSONField(default=dict)
    cursor = models.TextField(default="")
    held = models.IntegerField(default=0)
    since = models.DateTimeField(null=True)
    data_at = models.DateTimeField(null=True)
    edition = models.TextField(default="")
    version = models.TextField(default="")
    fetched_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    came_by = models.TextField(default="")
    place = models.TextField(default="")
    note = models.TextField(default="")
    alarm = models.TextField(default="")
    failure = models.TextField(default="")

    unscoped = models.Manager["Feed"]()

    class Meta:
        db_table = "feeds_feed"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="feeds_feed_once", condition=models.Q(removed_at=None))
        ]


class Load(models.Model):
    """One attempt to take a feed's newest state, and how it ended."""

    id = models.UUIDField(primary_key=True)
    feed = models.UUIDField()
    principal = models.UUIDField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.TextField()
    came_by = models.TextField()
    place = models.TextField(default="")
    accept = models.BooleanField(default=False)
    blob = models.UUIDField(null=True)
    size = models.BigIntegerField(default=0)
    read = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    refusals = models.JSONField(default=list)
    version = models.TextField(default="")
    why = models.TextField(default="")

    unscoped = models.Manager["Load"]()

    class Meta:
        db_table = "feeds_load"
        indexes = [models.Index(fields=["feed", "-asked_at"], name="feeds_load_of")]


class Record(models.Model):
    """An advisory of a feed as it stands there; gone when the feed no longer holds it."""

    id = models.UUIDField(primary_key=True)
    feed = models.UUIDField()
    name = models.TextField()
    shard = models.SmallIntegerField()
    digest = models.BinaryField()
    packed = models.BinaryField()
    modified = models.DateTimeField()
    batch = models.UUIDField()
    gone_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Record"]()

    class Meta:
        db_table = "feeds_record"
        constraints = [models.UniqueConstraint(fields=["feed", "name"], name="feeds_record_once")]
        indexes = [
            models.Index(fields=["batch"], name="feeds_record_batch"),
            models.Index(fields=["feed", "shard"], name="feeds_record_shard"),
        ]


class Signal(models.Model):
    """What a feed says about a vulnerability, and since when it is so."""

    id = models.UUIDField(primary_key=True)
    feed = models.UUIDField()
    vulnerability = models.TextField()
    says = models.TextField()
    value = models.TextField()
    at = models.DateTimeField()
    batch = models.UUIDField()
    gone_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Signal"]()

    class Meta:
        db_table = "feeds_signal"
        constraints = [
            models.UniqueConstraint(fields=["vulnerability", "feed", "says"], name="feeds_signal_once"),
        ]
        indexes = [
            models.Index(fields=["batch"], name="feeds_signal_batch"),
            models.Index(fields=["feed"], name="feeds_signal_of"),
        ]
