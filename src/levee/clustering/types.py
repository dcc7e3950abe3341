from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID


class Evidence(StrEnum):
    """Why a finding stands in a cluster, strongest last."""

    FIRST = "first"
    SAME_SIGNATURE = "same signature"
    SAME_PROOF = "same proof"
    CROSS_FIX = "cross-fix"


class RelationKind(StrEnum):
    """How two clusters stand to each other."""

    SAME_CAUSE = "same cause"
    RELATED = "related"
    FIXED_TOGETHER = "fixed together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A finding's place in a cluster, and why it stands there."""

    finding: UUID
    evidence: Evidence
    explanation: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What is known of two clusters, and from what."""

    id: UUID
    other: UUID
    kind: RelationKind
    explanation: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Findings handed on as one item.

    Attributes:
        proven: joined by cross-fix; otherwise only grouped by signature.
        merged_into: the cluster that took its findings, after a merge that was not undone.
    """

    id: UUID
    target: str
    kind: str
    signature: str
    formed_at: datetime
    members: Sequence[Member]
    relations: Sequence[Relation]
    merged_into: UUID | None

    @property
    def public_id(self) -> str:
        """`CLU-…`."""
        return public_id("CLU", self.id)

    @property
    def findings(self) -> tuple[UUID, ...]:
        """Keys of the members, oldest first."""
        return tuple(member.finding for member in self.members)

    @property
    def proven(self) -> bool:
        """Whether a merge by cross-fix stands behind it."""
        return any(member.evidence is Evidence.CROSS_FIX for member in self.members)
