from __future__ import annotations

from django.db import models


class Cluster(models.Model):
    """Findings with one signature, or with causes joined by proof."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    target = models.TextField()
    kind = models.TextField()
    signature = models.TextField()
    formed_at = models.DateTimeField()
    merged_into = models.UUIDField(null=True)

    unscoped = models.Manager["Cluster"]()

    class Meta:
        db_table = "clustering_cluster"
        constraints = [models.UniqueConstraint(fields=["house", "signature"], name="clustering_one_per_signature")]


class Member(models.Model):
    """A finding's place in a cluster, from an instant until another; ended places are kept for undoing."""

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    finding = models.UUIDField()
    proof_digest = models.TextField()
    evidence = models.TextField()
    explanation = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    merge = models.UUIDField(null=True)

    unscoped = models.Manager["Member"]()

    class Meta:
        db_table = "clustering_member"
        indexes = [
            models.Index(fields=["cluster", "since"], name="clustering_members_of"),
            models.Index(fields=["finding"], name="clustering_member_finding"),
        ]


class Relation(models.Model):
    """What execution showed of two clusters; `cluster` is the one whose fix was tried."""

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    other = models.UUIDField()
    kind = models.TextField()
    explanation = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    unscoped = models.Manager["Relation"]()

    class Meta:
        db_table = "clustering_relation"
        indexes = [models.Index(fields=["cluster"], name="clustering_relations_of")]


class Offer(models.Model):
    """A fix of one cluster that may serve as evidence about others."""

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    fix = models.UUIDField()
    provider = models.UUIDField()
    patch = models.UUIDField(null=True)
    patch_size = models.IntegerField(default=0)
    upgrade = models.TextField(default="")
    since = models.DateTimeField()

    unscoped = models.Manager["Offer"]()

    class Meta:
        db_table = "clustering_offer"
        constraints = [models.UniqueConstraint(fields=["cluster", "fix"], name="clustering_offer_once")]
