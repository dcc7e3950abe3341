from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Finding(models.Model):
    """A finding as received. Never updated: what is hidden later is hidden by a redaction beside it."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    principal = models.UUIDField()
    key_digest = models.BinaryField()
    content_digest = models.BinaryField()
    title = models.TextField()
    description = models.TextField()
    target = models.TextField()
    contrast = models.TextField(default="")
    cwe = models.TextField(default="")
    tool = models.TextField()
    tool_version = models.TextField(default="")
    model = models.TextField(default="")
    model_version = models.TextField(default="")
    use_terms = models.TextField()
    why_no_proof = models.TextField(default="")
    personal_data = models.BooleanField(default=False)
    proof = models.UUIDField(null=True)
    proof_size = models.IntegerField(default=0)
    received_at = models.DateTimeField()

    unscoped = models.Manager["Finding"]()

    class Meta:
        db_table = "findings_finding"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key_digest"], name="findings_once_per_key"),
        ]
        indexes = [models.Index(fields=["organisation", "-received_at"], name="findings_newest")]


class Original(models.Model):
    """Where the bytes lie that a finding came in with, for its finder and the clearinghouse alone."""

    finding = models.UUIDField(primary_key=True)
    blob = models.UUIDField()
    size = models.IntegerField()
    digest = models.BinaryField()
    media_type = models.TextField()
    place = models.TextField(default="")

    unscoped = models.Manager["Original"]()

    class Meta:
        db_table = "findings_original"


class Origin(models.Model):
    """Where a finding came from that another clearinghouse handed over: its document, its ids, its embargo.

    `ids` is a list of pairs, the system and its identifier, as the document has them.
    """

    finding = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    publisher = models.TextField()
    namespace = models.TextField()
    name = models.TextField()
    version = models.TextField()
    digest = models.BinaryField()
    tlp = models.TextField()
    ids = models.JSONField(default=list)
    embargo_end = models.DateTimeField(null=True)
    embargo_said = models.TextField(default="")
    at = models.DateTimeField()

    unscoped = models.Manager["Origin"]()

    class Meta:
        db_table = "findings_origin"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "namespace", "name"], name="findings_origin_once"),
        ]


class Redaction(models.Model):
    """An answer to the question whether a finding holds personal data: words that only its finder sees any more."""

    id = models.UUIDField(primary_key=True)
    finding = models.UUIDField()
    passages = ArrayField(models.TextField())
    reason = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["Redaction"]()

    class Meta:
        db_table = "findings_redaction"
        indexes = [models.Index(fields=["finding"], name="findings_redaction_of")]
