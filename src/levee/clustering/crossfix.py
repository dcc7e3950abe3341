"""What trying two clusters' fixes on each other's proofs shows. Pure: facts in, a conclusion out."""

from __future__ import annotations

from dataclasses import dataclass

from levee.clustering.types import RelationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One cluster's fix on the other's proofs.

    Attributes:
        upgrade: the fix is a release, which may fix many causes at once.
        silences: every proof fell silent, and its flawed entry was reached.
        keeps_tests: the target's own regression suite passes as before.
        by_a_gainer: a finder whose report would gain by a merge wrote the fix.
    """

    upgrade: bool
    silences: bool
    keeps_tests: bool
    by_a_gainer: bool

    @property
    def proves(self) -> bool:
        """Whether it is evidence for one cause: a small source patch that breaks nothing, from a third party."""
        return self.silences and self.keeps_tests and not self.upgrade and not self.by_a_gainer


def judge(forth: Direction | None, back: Direction | None) -> tuple[RelationKind, str] | None:
    """What both directions together show.

    Returns:
        The relation and its explanation, or None where nothing was shown. Only both directions by source patches
        prove one cause; a release proves that it fixes both, never that they are one.
    """
    tried = [each for each in (forth, back) if each is not None]
    if forth is not None and back is not None and forth.proves and back.proves:
        return RelationKind.SAME_CAUSE, "each one's patch silences all proofs of the other and keeps the tests"
    if any(each.proves for each in tried):
        return RelationKind.RELATED, "one's patch silences the proofs of the other, but not the other way round"
    if any(each.upgrade and each.silences for each in tried):
        return RelationKind.FIXED_TOGETHER, "one release fixes both; that does not make them one cause"
    return None
