"""What the evaluator says of its evaluation: the plan before the first run, that it runs, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.bundles.manifest import read_manifest
from levee.frontier.course.machines import Part, Verb
from levee.frontier.services.rows import held, note, take, tell_other, terms_of
from levee.frontier.statements import digest_named
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


MOST_RUNS = 10**9


def plan(actor: Actor, key: UUID, digest: str) -> None:
    """Name the digest of the plan, before the first run; it is what is decided on.

    Raises:
        BadInput: it is no digest. AgainstRules: nothing is agreed, there is a plan, or this is not the evaluator.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        take(act, row, Verb.PLAN, Part.EVALUATION)
        row.plan = digest_named(digest, "a plan", place="digest")
        row.save(update_fields=["plan", "evaluation", "agreement", "grant"])
        note(act, Action.FRAMEWORK_EVALUATE, key, what="plan", digest=row.plan)
        tell_other(act, row)


def begin(actor: Actor, key: UUID) -> None:
    """Say that it runs.

    Raises:
        AgainstRules: no plan was named, no access stands, or this is not the evaluator.
    """
    _step(actor, key, Verb.RUN)


def stop(actor: Actor, key: UUID, *, runs: int = 0) -> None:
    """Say that it was ended before its end, after so many runs.

    Raises:
        BadInput: below zero. AgainstRules: none is planned or runs, or this is not the evaluator.
    """
    _step(actor, key, Verb.STOP, runs)


def finish(actor: Actor, key: UUID, *, runs: int) -> None:
    """Say that it is done, after so many runs.

    Raises:
        BadInput: below zero. AgainstRules: none runs, or this is not the evaluator.
    """
    _step(actor, key, Verb.FINISH, runs)


def determine(actor: Actor, key: UUID, manifest: bytes) -> None:
    """Say what came of it: the envelope that the evaluator signed, which names plan, agreement, runs and outcome.

    Anybody with the whole bundle checks the rest: `levee frontier verify`.

    Raises:
        BadInput: the evaluator did not sign it, or it is of another plan or agreement.
        AgainstRules: the evaluation is not over, came to something before, or this is not the evaluator.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        said = read_manifest(manifest, [terms_of(row).evaluator.key])
        for name, expected in (("plan", row.plan), ("agreement", row.digest)):
            if said.get(name) != expected:
                raise BadInput(f"these results are of another {name}", place=f"/manifest/{name}")
        outcome = str(said.get("outcome"))
        take(act, row, Verb.DETERMINE, Part.DETERMINATION, to=outcome)
        row.bundle = f"sha256:{sha256(canonical_json(said)).hex()}"
        row.runs = _whole(said.get("runs"))
        row.save(update_fields=["determination", "bundle", "runs", "agreement", "grant", "evaluation"])
        note(act, Action.FRAMEWORK_EVALUATE, key, what="determine", bundle=row.bundle)
        tell_other(act, row)


def _step(actor: Actor, key: UUID, verb: Verb, runs: int = 0) -> None:
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        take(act, row, verb, Part.EVALUATION)
        row.runs = _whole(runs)
        row.save(update_fields=["evaluation", "runs", "agreement", "grant"])
        note(act, Action.FRAMEWORK_EVALUATE, key, what=verb.value, runs=row.runs)


def _whole(runs: object) -> int:
    if not isinstance(runs, int) or isinstance(runs, bool) or not 0 <= runs <= MOST_RUNS:
        raise BadInput(f"a whole number from 0 to {MOST_RUNS:,}", place="runs")
    return runs
