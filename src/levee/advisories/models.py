from __future__ import annotations

from django.db import models


class Advisory(models.Model):
    """The decision to publish, and what is to be published."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    name = models.TextField()
    title = models.TextField()
    summary = models.TextField()
    osv = models.TextField()
    csaf = models.TextField()
    state = models.TextField()
    decided_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Advisory"]()

    class Meta:
        db_table = "advisories_advisory"
        constraints = [models.UniqueConstraint(fields=["case"], name="advisories_one_per_case")]


class Publication(models.Model):
    """What one coordinator would publish, its documents as they stood then, and what came of it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    name = models.TextField()
    draft = models.TextField()
    osv = models.TextField()
    csaf = models.TextField()
    digest = models.TextField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    alone = models.TextField(default="")
    agreed = models.BooleanField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(default="")
    urgent = models.TextField(default="")
    stands = models.BooleanField(null=True)
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review = models.TextField(default="")

    unscoped = models.Manager["Publication"]()

    class Meta:
        db_table = "advisories_publication"
        indexes = [models.Index(fields=["case", "asked_at"], name="advisories_asked_in_order")]


class Mitigation(models.Model):
    """What the owner of a case decided to tell some operators before the flaw is public."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    product = models.TextField()
    text = models.TextField()
    label = models.TextField()
    because = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Mitigation"]()

    class Meta:
        db_table = "advisories_mitigation"
        indexes = [models.Index(fields=["case", "at"], name="advisories_warned_in_order")]


class Recipient(models.Model):
    """An operator that was told, and why it."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField()
    mitigation = models.UUIDField()
    organisation = models.UUIDField()
    reason = models.TextField()

    unscoped = models.Manager["Recipient"]()

    class Meta:
        db_table = "advisories_recipient"
        indexes = [models.Index(fields=["case"], name="advisories_recipient_of")]


class Published(models.Model):
    """What everyone can read: the one table that the role `public` reads, written by publication alone."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    title = models.TextField()
    summary = models.TextField()
    published_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    revision = models.IntegerField()
    osv = models.TextField()
    osv_signature = models.TextField()
    csaf = models.TextField()
    csaf_signature = models.TextField()

    everyone = models.Manager["Published"]()

    class Meta:
        db_table = 'published"."advisory'
        managed = False


class PublishedKey(models.Model):
    """The certificate that the signatures are made with."""

    fingerprint = models.TextField(primary_key=True)
    certificate = models.TextField()
    since = models.DateTimeField()

    everyone = models.Manager["PublishedKey"]()

    class Meta:
        db_table = 'published"."signing_key'
        managed = False
