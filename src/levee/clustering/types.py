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
    """A finding's place in a cluster, and why it stands there.

    Attributes:
        home: the cluster that its signature put it into; another one than the reader's where a merge joined the two.
        explanation: from what it is known; for a merge, from what that is known too.
    """

    finding: UUID
    home: UUID
    evidence: Evidence
    explanation: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A finding that a person took out of a cluster; it can be put back."""

    finding: UUID
    because: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A cluster that was joined to this one by cross-fix; it can be undone."""

    cluster: UUID
    explanation: str
    since: datetime

    @property
    def public_id(self) -> str:
        """`CLU-…` of the cluster that was joined."""
        return public_id("CLU", self.cluster)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What is known of two clusters, and from what."""

    id: UUID
    other: UUID
    kind: RelationKind
    explanation: str
    since: datetime

    @property
    def other_public_id(self) -> str:
        """`CLU-…` of the other cluster."""
        return public_id("CLU", self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Findings handed on as one item.

    Attributes:
        members: its own and those of the clusters joined to it, oldest first.
        merges: the clusters joined to it. left: findings that a person took out.
        merged_into: the cluster that it was joined to, or None.
    """

    id: UUID
    target: str
    kind: str
    signature: str
    formed_at: datetime
    members: Sequence[Member]
    relations: Sequence[Relation]
    merges: Sequence[Merge]
    left: Sequence[Left]
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
        """Whether a merge by cross-fix stands behind it; otherwise only a signature does."""
        return bool(self.merges)
