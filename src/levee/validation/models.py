from __future__ import annotations

from django.db import models


class Verdict(models.Model):
    """What one validation of a finding came to; never updated, a later one stands beside it."""

    id = models.UUIDField(primary_key=True)
    finding = models.UUIDField()
    result = models.TextField()
    kind = models.TextField(default="")
    target = models.TextField()
    effect_shown = models.IntegerField()
    effect_runs = models.IntegerField()
    contrast = models.TextField()
    contrast_build = models.TextField(default="")
    contract = models.TextField(default="")
    reach = models.TextField()
    signature = models.TextField(default="")
    detail = models.TextField()
    proof_digest = models.TextField(default="")
    evidence = models.UUIDField(null=True)
    evidence_size = models.IntegerField(default=0)
    evidence_digest = models.TextField(default="")
    evidence_signature = models.TextField(default="")
    at = models.DateTimeField()

    unscoped = models.Manager["Verdict"]()

    class Meta:
        db_table = "validation_verdict"
        indexes = [models.Index(fields=["finding", "-at"], name="validation_newest")]


class Judgement(models.Model):
    """What a named person said about a finding."""

    id = models.UUIDField(primary_key=True)
    finding = models.UUIDField()
    judgement = models.TextField()
    name = models.TextField()
    principal = models.UUIDField()
    statement = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["Judgement"]()

    class Meta:
        db_table = "validation_judgement"
        indexes = [models.Index(fields=["finding", "-at"], name="validation_said")]
