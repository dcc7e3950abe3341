from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Known(models.Model):
    """A published advisory as it was last learnt; the same for every operator, and hides nothing."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    aliases = ArrayField(models.TextField())
    revision = models.TextField()
    withdrawn = models.BooleanField()
    record = models.JSONField()
    signals = models.JSONField()
    learnt_at = models.DateTimeField()

    unscoped = models.Manager["Known"]()

    class Meta:
        db_table = "exposure_known"


class KnownPackage(models.Model):
    """A package that a known advisory speaks of, or spoke of in an earlier revision."""

    id = models.UUIDField(primary_key=True)
    known = models.UUIDField()
    ecosystem = models.TextField()
    name = models.TextField()

    unscoped = models.Manager["KnownPackage"]()

    class Meta:
        db_table = "exposure_known_package"
        constraints = [
            models.UniqueConstraint(fields=["ecosystem", "name", "known"], name="exposure_known_package_once")
        ]
        indexes = [models.Index(fields=["known"], name="exposure_known_package_of")]


class KnownRange(models.Model):
    """Versions of one package that a known advisory concerns: `lo <= key < hi`; see `intervals`."""

    id = models.UUIDField(primary_key=True)
    known = models.UUIDField()
    ecosystem = models.TextField()
    name = models.TextField()
    releases = models.TextField()
    lo = models.BinaryField()
    hi = models.BinaryField()
    certain = models.BooleanField()

    unscoped = models.Manager["KnownRange"]()

    class Meta:
        db_table = "exposure_range"
        indexes = [
            models.Index(fields=["ecosystem", "name", "lo", "hi"], name="exposure_range_covers"),
            models.Index(fields=["known"], name="exposure_range_of"),
        ]


class Match(models.Model):
    """One component of an operator that a known advisory affects, from its detection until it ended."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    component = models.UUIDField()
    asset = models.UUIDField()
    asset_name = models.TextField()
    ecosystem = models.TextField()
    package = models.TextField()
    version = models.TextField()
    known = models.UUIDField()
    vulnerability = models.TextField()
    certain = models.BooleanField()
    action = models.UUIDField()
    detected_at = models.DateTimeField()
    explanation = models.JSONField()
    timeline = models.JSONField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(default="")

    unscoped = models.Manager["Match"]()

    class Meta:
        db_table = "exposure_match"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "component", "known"],
                name="exposure_match_once",
                condition=models.Q(ended_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "action"], name="exposure_match_of"),
            models.Index(fields=["organisation", "ecosystem", "package"], name="exposure_match_package"),
            models.Index(
                fields=["ecosystem", "package"], name="exposure_match_standing", condition=models.Q(ended_at=None)
            ),
        ]


class Todo(models.Model):
    """An action: one fix for one owner, whatever number of vulnerabilities and assets it is about."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    owner = models.TextField()
    owner_name = models.TextField()
    ecosystem = models.TextField()
    package = models.TextField()
    version = models.TextField()
    certain = models.BooleanField()
    state = models.TextField()
    opened_at = models.DateTimeField()
    state_at = models.DateTimeField()
    reopened = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    strictness = models.IntegerField()
    timeline = models.JSONField()
    exploited = models.BooleanField()
    weaponised = models.BooleanField(default=False)
    ransomware = models.BooleanField(default=False)
    epss = models.FloatField(default=0)
    weight = models.IntegerField()
    hits = models.IntegerField()
    signals = models.JSONField(default=dict)
    criticality = models.TextField(default="unknown")
    assets = ArrayField(models.TextField())
    vulnerabilities = ArrayField(models.TextField())

    unscoped = models.Manager["Todo"]()

    class Meta:
        db_table = "exposure_action"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "ecosystem", "package", "version", "certain", "owner", "owner_name"],
                name="exposure_action_once",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "due_at"], name="exposure_action_ranked")]


class Step(models.Model):
    """Something that happened to an action; never changed."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    action = models.UUIDField()
    at = models.DateTimeField()
    verb = models.TextField()
    principal = models.UUIDField()
    note = models.TextField(default="")
    timeline = models.JSONField(null=True)

    unscoped = models.Manager["Step"]()

    class Meta:
        db_table = "exposure_step"
        indexes = [models.Index(fields=["organisation", "action", "at"], name="exposure_step_of")]
