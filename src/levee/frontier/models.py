from __future__ import annotations

from django.db import models


class Agreement(models.Model):
    """One agreement between a developer and an evaluator, and how far it went; these two alone see it.

    Its states are those of `course.machines`. Nothing of who did what, or why, stands here: each side has that in its
    own log.
    """

    id = models.UUIDField(primary_key=True)
    developer = models.UUIDField()
    evaluator = models.UUIDField()
    digest = models.TextField()
    envelope = models.BinaryField()
    model = models.TextField()
    client = models.TextField()
    agreement = models.TextField()
    grant = models.TextField(default="none")
    evaluation = models.TextField(default="none")
    determination = models.TextField(default="none")
    deletion = models.TextField(default="none")
    at = models.DateTimeField()
    ends = models.DateTimeField()
    grant_ends = models.DateTimeField(null=True)
    tokens = models.BigIntegerField(default=0)
    calls = models.IntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)
    sealed = models.BigIntegerField(default=0)
    sealed_root = models.BinaryField(default=b"")
    plan = models.TextField(default="")
    runs = models.IntegerField(default=0)
    bundle = models.TextField(default="")
    certificate = models.BinaryField(default=b"")
    number = models.IntegerField(default=0)

    unscoped = models.Manager["Agreement"]()

    class Meta:
        db_table = "frontier_agreement"
        indexes = [
            models.Index(fields=["developer", "at"], name="frontier_of_developer"),
            models.Index(fields=["evaluator", "at"], name="frontier_of_evaluator"),
        ]


class Enquiry(models.Model):
    """Whether a model is covered, asked by its developer; nothing reads the answer but people."""

    id = models.UUIDField(primary_key=True)
    developer = models.UUIDField()
    asked_of = models.UUIDField()
    model = models.TextField()
    question = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Enquiry"]()

    class Meta:
        db_table = "frontier_enquiry"
        indexes = [
            models.Index(fields=["developer", "model", "asked_at"], name="frontier_enquiries"),
            models.Index(fields=["asked_of", "asked_at"], name="frontier_asked_of"),
        ]


class Partner(models.Model):
    """Whom a model would go to next, under one agreement."""

    id = models.UUIDField(primary_key=True)
    of = models.UUIDField()
    developer = models.UUIDField()
    evaluator = models.UUIDField()
    name = models.TextField()
    criteria = models.TextField()
    conflicts = models.TextField(default="")
    state = models.TextField()
    because = models.TextField(default="")
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Partner"]()

    class Meta:
        db_table = "frontier_partner"
        indexes = [models.Index(fields=["of", "at"], name="frontier_partners")]


class HandOff(models.Model):
    """That a finding came up in a sealed exchange; the developer is told of the exchange, and not of the finding."""

    id = models.UUIDField(primary_key=True)
    of = models.UUIDField()
    developer = models.UUIDField()
    evaluator = models.UUIDField()
    finding = models.UUIDField()
    leaf = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["HandOff"]()

    class Meta:
        db_table = "frontier_hand_off"
        indexes = [models.Index(fields=["of", "at"], name="frontier_handed_off")]


class Release(models.Model):
    """That a developer released a model; its own note, seen by nobody else."""

    id = models.UUIDField(primary_key=True)
    developer = models.UUIDField()
    model = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["Release"]()

    class Meta:
        db_table = "frontier_release"
        constraints = [models.UniqueConstraint(fields=["developer", "model"], name="frontier_released_once")]
