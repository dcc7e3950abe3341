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
