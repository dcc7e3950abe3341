from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from levee.policy.actors import Standing

if TYPE_CHECKING:
    from datetime import datetime


class Party(models.Model):
    """An organisation, as far as access is concerned: its kind and how it stands to the terms."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    standing = models.TextField()
    joined_until = models.DateTimeField(null=True)  # when a joined party counts as limited, unless it answers before

    unscoped = models.Manager["Party"]()

    class Meta:
        db_table = "access_party"

    def standing_at(self, now: datetime) -> Standing:
        """How it stands to the terms at an instant."""
        lapsed = self.standing == Standing.JOINED and self.joined_until is not None and self.joined_until <= now
        return Standing.LIMITED if lapsed else Standing(self.standing)


class Principal(models.Model):
    """A person or a machine agent that acts for one party."""

    id = models.UUIDField(primary_key=True)
    party = models.UUIDField()
    kind = models.TextField()
    roles = ArrayField(models.TextField())
    live = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    unscoped = models.Manager["Principal"]()

    class Meta:
        db_table = "access_principal"


class Grant(models.Model):
    """A party was let in to a subject, in a capacity, from an instant until another."""

    id = models.UUIDField(primary_key=True)
    party = models.UUIDField()
    subject = models.UUIDField()
    capacity = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    unscoped = models.Manager["Grant"]()

    class Meta:
        db_table = "access_grant"
        indexes = [
            models.Index(fields=["party", "until", "capacity", "subject"], name="access_grant_by_party"),
            models.Index(fields=["subject", "party", "until", "capacity"], name="access_grant_by_subject"),
        ]


class Consent(models.Model):
    """An operator lets an intermediary see what it has to do, or act for it, until it withdraws or until an instant."""

    id = models.UUIDField(primary_key=True)
    operator = models.UUIDField()
    intermediary = models.UUIDField()
    may_act = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Consent"]()

    class Meta:
        db_table = "access_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "intermediary"], condition=models.Q(ended_at=None), name="access_consent_once"
            )
        ]
        indexes = [models.Index(fields=["intermediary", "operator"], name="access_consent_by_whom")]
