"""From what was seen of a changed target to the level that it is verified to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.fixes.types import Level

if TYPE_CHECKING:
    from levee.validation.types import ChangedTarget


def level_of(seen: ChangedTarget, *, upgrade: bool) -> tuple[Level, str]:
    """The level, and in one sentence why it is no higher.

    Args:
        seen: what became of the target.
        upgrade: a release; its maintainers ran its tests, Levee did not, so that it goes no further than silence.
    """
    if seen.refused:
        return Level.NONE, seen.refused
    if not seen.applies:
        return Level.NONE, seen.detail or "it does not apply"
    if not seen.builds:
        return Level.APPLIES, seen.detail or "the target does not build with it"
    if not seen.replays or not all(replay.silent for replay in seen.replays):
        return Level.BUILDS, _loud(seen)
    return _by_tests(seen, upgrade=upgrade)


def _loud(seen: ChangedTarget) -> str:
    loud = [replay for replay in seen.replays if not replay.silent]
    unreached = sum(not replay.reached for replay in loud)
    why = f"{len(loud)} of {len(seen.replays)} proofs are not silent"
    return why + (f"; for {unreached} the flawed entry was not reached" if unreached else "")


def _by_tests(seen: ChangedTarget, *, upgrade: bool) -> tuple[Level, str]:
    if upgrade:
        return Level.SILENT, f"all {len(seen.replays)} proofs are silent on the release"
    if seen.tests_before < 0:
        return Level.SILENT, "the target has no regression suite to hold it against"
    if not seen.keeps_tests:
        return Level.SILENT, f"{seen.tests_after} regression tests pass, {seen.tests_before} did before"
    return Level.KEEPS_TESTS, f"all {len(seen.replays)} proofs are silent and all {seen.tests_after} tests pass"
