from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from levee.findings import selectors as findings
from levee.kernel.errors import BadInput, NotFound, TooLarge
from levee.platform.ports import runner
from levee.validation import answers, selectors, sources
from levee.validation.builds import HANDLER, SECONDS, sealed
from levee.validation.engine.job import checked_patch, regression_job, replay_job, with_builds
from levee.validation.types import ChangedTarget, Replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.policy.actors import Actor
    from levee.validation.engine.build import Patch
    from levee.validation.engine.targets import FetchedTarget
    from levee.validation.types import Change

_NO_TESTS = "regression.none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proofs:
    """Proofs to replay: those of findings, then the target's control proofs."""

    findings: tuple[UUID, ...]
    data: tuple[bytes, ...]


def try_change(
    actor: Actor, target: str, change: Change, findings: Sequence[UUID], *, tests: bool = True
) -> ChangedTarget:
    """Apply a change to a target, build it, replay proofs on it, run its tests without and with it.

    Args:
        actor: a run for the owner of the case that the change is for.
        target: the spec of what is changed.
        change: a patch, which may not touch tests, harness or flags, or an upgrade.
        findings: whose proofs are replayed; those without one are left out.
        tests: whether the target's own tests are run too.

    Returns:
        What became of it; a change that breaks a rule is refused in its own words, not by an error.

    Raises:
        NotFound: there is no such target. Unavailable: no registry, or no runner, answers.
    """
    base = sources.fetched(actor, target)
    try:
        patch = checked_patch(change.patch) if change.patch else None
        upgrade = _released(actor, sources.at_version(target, change.upgrade)) if change.upgrade else None
    except NotFound as error:
        return ChangedTarget(detail=error.message)
    except (BadInput, TooLarge) as error:
        return ChangedTarget(refused=answers.plain(f"{error.place}: {error.message}" if error.place else error.message))
    changed = _replayed(base, patch, upgrade, _proofs(actor, target, findings))
    return _tested(changed, base, patch) if tests and patch and changed.builds else changed


def _released(actor: Actor, spec: str) -> FetchedTarget:
    """Another version of a target, of any name: one that is not open to the party that the run is for is not there."""
    return sources.fetched(actor, spec, handed_in_by=actor.party)


def _proofs(actor: Actor, target: str, wanted: Sequence[UUID]) -> _Proofs:
    named = [
        (finding, proof)
        for finding in dict.fromkeys(wanted)
        if (proof := selectors.ran(actor, finding) or findings.proof(actor, finding)) is not None
    ]
    controls = selectors.controls(actor, target)
    return _Proofs(findings=tuple(finding for finding, _ in named), data=(*(proof for _, proof in named), *controls))


def _replayed(
    base: FetchedTarget, patch: Patch | None, upgrade: FetchedTarget | None, proofs: _Proofs
) -> ChangedTarget:
    job = replay_job(proofs.data, base, patch=patch.diff if patch else None, upgrade=upgrade)
    builds = [*sealed(base), *(sealed(upgrade) if upgrade else sealed(base, patch))]
    header, attachments = with_builds(job, builds)
    answer = answers.read_answer(runner().run(HANDLER, header, attachments, seconds=SECONDS), answers.ReplayAnswer)
    if isinstance(answer, answers.Refused):
        return ChangedTarget(refused=answers.plain(f"{answer.place} {answer.message}"))
    if not (answer.applies and answer.builds):
        return ChangedTarget(applies=answer.applies, detail=answers.plain(answer.why))
    if len(answer.proofs) != len(proofs.data):
        raise answers.disbelieved("proofs")
    theirs = answer.proofs[: len(proofs.findings)]
    return ChangedTarget(
        applies=True,
        builds=True,
        replays=tuple(_replay(finding, seen) for finding, seen in zip(proofs.findings, theirs, strict=True)),
        controls_silent=sum(seen.silent for seen in answer.proofs[len(proofs.findings) :]),
    )


def _replay(finding: UUID, seen: answers.Replayed) -> Replay:
    """Any sign of the class on a reached entry counts as the effect: silence is judged broadly."""
    loud = seen.reached and not seen.silent
    return Replay(
        finding=finding, shown=max(1, seen.shown) if loud else seen.shown, runs=seen.runs, reached=seen.reached
    )


def _tested(changed: ChangedTarget, base: FetchedTarget, patch: Patch) -> ChangedTarget:
    builds = [*sealed(base), *sealed(base, patch)]
    header, attachments = with_builds(regression_job(base, patch.diff), builds)
    answer = answers.read_answer(runner().run(HANDLER, header, attachments, seconds=SECONDS), answers.RegressionAnswer)
    if isinstance(answer, answers.Refused):
        return changed if answer.code == _NO_TESTS else replace(changed, detail=answers.plain(answer.message))
    now = {test.name: test for test in answer.after}
    before = [test for test in answer.before if test.passed and test.count]
    if not before:
        return replace(changed, detail="no test of the target passes even without the change")
    return replace(
        changed,
        tests_before=sum(test.count for test in before),
        tests_after=sum(_kept(test, now.get(test.name)) for test in before),
        detail=answers.plain(f"broken: {', '.join(answer.broken)}") if answer.broken else "",
    )


def _kept(before: answers.Tested, now: answers.Tested | None) -> int:
    """How many tests of one command still pass; a command that fails as a whole has lost one at least."""
    if now is None:
        return 0
    return min(before.count, now.count) if now.passed else min(before.count - 1, now.count)
