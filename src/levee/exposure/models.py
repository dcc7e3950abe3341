from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Known(models.Model):
    """A published advisory as it was last learnt; the same for every operator, and hides nothing."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    aliases = ArrayField(models.TextField())
    revision = models.TextField()
    withdrawn = models.BooleanField()
    removed = models.BooleanField(default=False)
    record = models.JSONField()
    signals = models.JSONField()
    document = models.UUIDField(null=True)
    source = models.JSONField(default=dict)
    statements = models.JSONField(default=list)
    learnt_at = models.DateTimeField()

    unscoped = models.Manager["Known"]()

    class Meta:
        db_table = "exposure_known"
        indexes = [
            models.Index(fields=["name"], name="exposure_known_name"),
            GinIndex(fields=["aliases"], name="exposure_known_aliases"),
            models.Index(fields=["document"], name="exposure_known_document"),
        ]


class KnownSaid(models.Model):
    """A vulnerability that a known advisory states something of (VEX) beside what it affects."""

    id = models.UUIDField(primary_key=True)
    known = models.UUIDField()
    vulnerability = models.TextField()

    unscoped = models.Manager["KnownSaid"]()

    class Meta:
        db_table = "exposure_said"
        indexes = [
            models.Index(fields=["vulnerability"], name="exposure_said_about"),
            models.Index(fields=["known"], name="exposure_said_of"),
        ]


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
    action = models.UUIDField(null=True)
    detected_at = models.DateTimeField()
    explanation = models.JSONField()
    timeline = models.JSONField()
    excuse = models.JSONField(null=True)
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
            models.Index(fields=["vulnerability"], name="exposure_match_named", condition=models.Q(ended_at=None)),
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


class Policy(models.Model):
    """Which tables an operator chose, and what it assumes where nobody says; never changed, the newest counts."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    table = models.TextField()
    plant_table = models.TextField()
    assumed = models.JSONField()
    active_as_kev = models.BooleanField()
    principal = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Policy"]()

    class Meta:
        db_table = "exposure_policy"
        indexes = [models.Index(fields=["organisation", "-at"], name="exposure_policy_newest")]


class OwnTable(models.Model):
    """A policy table of an operator's own, in one version; never changed, a newer version takes its place."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    name = models.TextField()
    version = models.IntegerField()
    csv = models.TextField()
    principal = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["OwnTable"]()

    class Meta:
        db_table = "exposure_own_table"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "version"], name="exposure_own_table_once")
        ]


class Leave(models.Model):
    """An exception: leave not to do an action until a day, with what protects in the meantime."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    action = models.UUIDField()
    state = models.TextField()
    reason = models.TextField()
    mitigation = models.TextField()
    responsible = models.TextField()
    until = models.DateTimeField()
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Leave"]()

    class Meta:
        db_table = "exposure_exception"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "action"],
                name="exposure_exception_once",
                condition=models.Q(ended_at=None),
            )
        ]


class Vex(models.Model):
    """A document of statements (VEX) that an operator relies on, until it withdraws it."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    inventory = models.UUIDField(null=True)
    filename = models.TextField()
    format = models.TextField()
    name = models.TextField()
    author = models.TextField()
    sha256 = models.TextField()
    not_understood = models.JSONField()
    principal = models.UUIDField()
    added_at = models.DateTimeField()
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    unscoped = models.Manager["Vex"]()

    class Meta:
        db_table = "exposure_vex"
        indexes = [models.Index(fields=["organisation", "-added_at"], name="exposure_vex_newest")]


class VexStatement(models.Model):
    """One statement of such a document; it counts until it or the document is withdrawn."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    vex = models.UUIDField()
    number = models.IntegerField()
    inventory = models.UUIDField(null=True)
    vulnerabilities = ArrayField(models.TextField())
    said = models.JSONField()
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    unscoped = models.Manager["VexStatement"]()

    class Meta:
        db_table = "exposure_vex_statement"
        indexes = [
            models.Index(fields=["organisation", "vex", "number"], name="exposure_vex_statement_of"),
            GinIndex(fields=["vulnerabilities"], name="exposure_vex_statement_about"),
        ]


class ForensicCase(models.Model):
    """The search for a break-in that three rows of BOD 26-04 ask for, about one vulnerability."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    vulnerability = models.TextField()
    assets = ArrayField(models.TextField())
    row = models.TextField()
    listed_at = models.DateTimeField()
    listed_by = models.TextField()
    started_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    patched_at = models.DateTimeField(null=True)
    verdict = models.TextField(default="")
    verdict_text = models.TextField(default="")
    verdict_by = models.UUIDField(null=True)
    verdict_at = models.DateTimeField(null=True)
    alarmed = models.IntegerField(default=0)

    unscoped = models.Manager["ForensicCase"]()

    class Meta:
        db_table = "exposure_forensic_case"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "vulnerability"], name="exposure_forensic_case_once")
        ]


class ForensicEntry(models.Model):
    """Something written down or kept in a forensic case; never changed."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    case = models.UUIDField()
    at = models.DateTimeField()
    principal = models.UUIDField()
    step = models.TextField()
    text = models.TextField()
    filename = models.TextField(default="")
    sha256 = models.TextField(default="")
    size = models.BigIntegerField(null=True)
    kept = models.UUIDField(null=True)

    unscoped = models.Manager["ForensicEntry"]()

    class Meta:
        db_table = "exposure_forensic_entry"
        indexes = [models.Index(fields=["organisation", "case", "at"], name="exposure_forensic_entry_of")]
