"""What trying clusters' fixes on each other's proofs shows. Pure: facts in, a conclusion out.

Only two patches, written apart and each cut to the least of it that still fixes its own cluster, prove one cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.clustering.types import RelationKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

APART = "each one's patch silences all proofs of the other and keeps the tests"
ONE_WAY = "one's patch silences the proofs of the other, but not the other way round"
ONE_PATCH = "one patch fixes both; a second one, written apart, would show whether they are one cause"
RELEASE = "one release fixes both; that does not make them one cause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One cluster's fix, tried on the proofs of all clusters of its target.

    Attributes:
        upgrade: the fix is a release, which may fix many causes at once.
        digest: of the patch's least part that still fixes its own cluster; empty where there is none, or an upgrade.
        silences: the clusters all of whose proofs fell silent, each flawed entry reached; its own among them.
        keeps_tests: the clusters on whose target the regression suite passes as before.
        silences_control: a proof of something else fell silent too.
        gains: the clusters that hold a report of the fix's own provider: a fix from such a one is no evidence.
    """

    upgrade: bool
    digest: str
    silences: frozenset[UUID]
    keeps_tests: frozenset[UUID] = field(default_factory=frozenset)
    silences_control: bool = False
    gains: frozenset[UUID] = field(default_factory=frozenset)


def judge(one: UUID, other: UUID, tried: Mapping[UUID, Tried]) -> tuple[RelationKind, str] | None:
    """What all tries together show of two clusters.

    Args:
        one: a cluster.
        other: another one of the same target.
        tried: by cluster, what its newest fix did; clusters without a fix are absent.

    Returns:
        The relation and its explanation, or None where nothing was shown.
    """
    forth, back = _proves(one, other, tried), _proves(other, one, tried)
    if forth and back and tried[one].digest != tried[other].digest:
        return RelationKind.SAME_CAUSE, APART
    if forth and back:
        return RelationKind.RELATED, ONE_PATCH
    if forth or back:
        return RelationKind.RELATED, ONE_WAY
    if any(_releases(a, b, tried) for a, b in ((one, other), (other, one))):
        return RelationKind.FIXED_TOGETHER, RELEASE
    return None


def _proves(one: UUID, other: UUID, tried: Mapping[UUID, Tried]) -> bool:
    """Whether one's fix is evidence about the other: a small patch from a third party that breaks nothing else."""
    fix = tried.get(one)
    if fix is None or fix.upgrade or not fix.digest or fix.silences_control:
        return False
    if not {one, other} <= fix.silences & fix.keeps_tests or {one, other} & fix.gains:
        return False
    further = fix.silences - {one, other}
    return all(_mutual(one, each, tried) and _mutual(other, each, tried) for each in further)


def _mutual(one: UUID, other: UUID, tried: Mapping[UUID, Tried]) -> bool:
    """Whether patches of both silence both, so that a third cluster is not silenced by accident."""
    fixes = (tried.get(one), tried.get(other))
    return all(fix is not None and not fix.upgrade and {one, other} <= fix.silences for fix in fixes)


def _releases(one: UUID, other: UUID, tried: Mapping[UUID, Tried]) -> bool:
    fix = tried.get(one)
    return fix is not None and fix.upgrade and {one, other} <= fix.silences
