from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Verdict(models.Model):
    """What one validation of a finding came to; never updated, a later one stands beside it. Its key is its run's."""

    id = models.UUIDField(primary_key=True)
    finding = models.UUIDField()
    finder = models.UUIDField()
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
    ran = models.UUIDField(null=True)
    ran_size = models.IntegerField(default=0)
    at = models.DateTimeField()

    unscoped = models.Manager["Verdict"]()

    class Meta:
        db_table = "validation_verdict"
        indexes = [
            models.Index(fields=["finding", "-at"], name="validation_newest"),
            models.Index(fields=["finder", "result"], name="validation_by_finder"),
        ]


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


class Target(models.Model):
    """A source target that coordinators registered; never updated, a version is registered once."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    version = models.TextField()
    digest = models.TextField()
    archive = models.UUIDField()
    archive_size = models.IntegerField()
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    open_to = ArrayField(models.UUIDField(), default=list)  # organisations; empty for every member

    unscoped = models.Manager["Target"]()

    class Meta:
        db_table = "validation_target"
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="validation_target_once")]


class Control(models.Model):
    """A proof of something else in a target, which an honest, narrow patch leaves alone."""

    id = models.UUIDField(primary_key=True)
    target = models.TextField()
    digest = models.TextField()
    proof = models.UUIDField()
    proof_size = models.IntegerField()
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    unscoped = models.Manager["Control"]()

    class Meta:
        db_table = "validation_control"
        constraints = [models.UniqueConstraint(fields=["target", "digest"], name="validation_control_once")]
