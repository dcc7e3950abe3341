from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Preference(models.Model):
    """How an operator wants to be told; without a row, as `types.USUAL` says."""

    organisation = models.UUIDField(primary_key=True)
    mail = models.BooleanField()
    address = models.TextField()
    says = models.TextField()
    zone = models.TextField()
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    urgent_in_quiet = models.BooleanField()
    digest_at = models.TimeField()
    brief_day = models.IntegerField(null=True)
    hourly = models.IntegerField()

    unscoped = models.Manager["Preference"]()

    class Meta:
        db_table = "alerts_preference"


class Hook(models.Model):
    """A webhook; its secret follows from the machine's key and its own."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    url = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)

    unscoped = models.Manager["Hook"]()

    class Meta:
        db_table = "alerts_hook"
        indexes = [models.Index(fields=["organisation"], name="alerts_hook_of")]


class FeedToken(models.Model):
    """A secret address of an operator's feed: only the digest of its secret."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    name = models.TextField()
    digest = models.BinaryField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    unscoped = models.Manager["FeedToken"]()

    class Meta:
        db_table = "alerts_feed_token"
        constraints = [models.UniqueConstraint(fields=["digest"], name="alerts_feed_token_once")]
        indexes = [models.Index(fields=["organisation"], name="alerts_feed_token_of")]


class Alert(models.Model):
    """One thing told once.

    Its key is the step of the action that it tells of, so a step is never told twice; of a forensic case it follows
    from the case and the clock.

    `waits`: no mail has told it yet and one will. `told`: the mail that did. `taken_back`: a later step of the same
    action overtook it before any mail did.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    at = models.DateTimeField()
    kind = models.TextField()
    action = models.UUIDField(null=True)
    forensic = models.UUIDField(null=True)
    title = models.TextField()
    lines = ArrayField(models.TextField())
    reason = models.TextField()
    band = models.TextField()
    due_at = models.DateTimeField(null=True)
    urgent = models.BooleanField()
    waits = models.BooleanField()
    told = models.UUIDField(null=True)
    taken_back = models.BooleanField(default=False)

    unscoped = models.Manager["Alert"]()

    class Meta:
        db_table = "alerts_alert"
        indexes = [
            models.Index(fields=["organisation", "-at"], name="alerts_alert_newest"),
            models.Index(fields=["organisation", "action"], name="alerts_alert_action"),
        ]


class Delivery(models.Model):
    """The outbox: what leaves or left, when, and how it ended. The key is the Message-ID, or a delivery id."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    key = models.TextField()
    channel = models.TextField()
    purpose = models.TextField()
    state = models.TextField()
    hook = models.UUIDField(null=True)
    to = models.TextField(default="")
    subject = models.TextField(default="")
    body = models.TextField(default="")
    raw = models.BinaryField(null=True)
    alerts = ArrayField(models.UUIDField(), default=list)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    leaving_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    answer = models.TextField(default="")

    unscoped = models.Manager["Delivery"]()

    class Meta:
        db_table = "alerts_delivery"
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="alerts_delivery_once")]
        indexes = [
            models.Index(
                fields=["state", "not_before"],
                name="alerts_delivery_due",
                condition=models.Q(state__in=["held", "waiting", "leaving"]),
            ),
            models.Index(fields=["organisation", "-queued_at"], name="alerts_delivery_newest"),
        ]
