from __future__ import annotations

from django.db import models


class Cluster(models.Model):
    """Findings with one signature; what is merged is told by merges, so that a cluster itself never changes."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    target = models.TextField()
    kind = models.TextField()
    signature = models.TextField()
    formed_at = models.DateTimeField()

    unscoped = models.Manager["Cluster"]()

    class Meta:
        db_table = "clustering_cluster"
        constraints = [models.UniqueConstraint(fields=["house", "signature"], name="clustering_one_per_signature")]


class Member(models.Model):
    """A finding's place in a cluster, from an instant until another. A merge leaves it where it is."""

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    finding = models.UUIDField()
    proof_digest = models.TextField()
    evidence = models.TextField()
    explanation = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_as = models.TextField(default="")
    because = models.TextField(default="")

    unscoped = models.Manager["Member"]()

    class Meta:
        db_table = "clustering_member"
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(until=None), name="clustering_one_place_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["cluster", "since"], name="clustering_members_of")]


class Merge(models.Model):
    """A cluster was joined to another by execution, from an instant until it was undone."""

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    into = models.UUIDField()
    explanation = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    because = models.TextField(default="")

    unscoped = models.Manager["Merge"]()

    class Meta:
        db_table = "clustering_merge"
        constraints = [
            models.UniqueConstraint(
                fields=["cluster"], condition=models.Q(until=None), name="clustering_merged_once_at_a_time"
            )
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
    """A fix of one cluster that may serve as evidence about others; `narrow` is the least of it that still fixes.

    `seen` holds what it did to each target's proofs, so that it is tried again only when there are further ones.
    """

    id = models.UUIDField(primary_key=True)
    cluster = models.UUIDField()
    fix = models.UUIDField()
    provider = models.UUIDField()
    patch = models.UUIDField(null=True)
    patch_size = models.IntegerField(default=0)
    upgrade = models.TextField(default="")
    since = models.DateTimeField()
    narrow = models.UUIDField(null=True)
    narrow_size = models.IntegerField(default=0)
    narrowed_at = models.DateTimeField(null=True)
    seen = models.JSONField(default=dict)

    unscoped = models.Manager["Offer"]()

    class Meta:
        db_table = "clustering_offer"
        constraints = [models.UniqueConstraint(fields=["cluster", "fix"], name="clustering_offer_once")]
