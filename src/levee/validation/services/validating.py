from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.access.services import demand, end, grant
from levee.findings import selectors as findings
from levee.kernel.errors import BadInput, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.jobs import AFTER_ALL_ELSE, enqueue
from levee.platform.ports import blobs, evidence, runner
from levee.policy.actions import Action
from levee.policy.actors import Capacity
from levee.validation import answers, models, scopes, sources
from levee.validation.builds import HANDLER, SECONDS, sealed
from levee.validation.engine.job import judge_job, with_builds
from levee.validation.engine.kinds import Form
from levee.validation.engine.proof import parse_proof
from levee.validation.events import VerdictReached
from levee.validation.signatures import signature_of
from levee.validation.types import Result

if TYPE_CHECKING:
    from uuid import UUID

    from levee.findings.types import Finding
    from levee.platform.database.acting import Act
    from levee.platform.runner.wire import Message
    from levee.policy.actors import Actor
    from levee.validation.engine.proof import Proof
    from levee.validation.engine.targets import FetchedTarget

VALIDATE = "validation.validate"
_NOT_THE_PROOF = ("target.", "job.", "build.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a validation came to, on the way to its row; fields as in `types.Verdict`."""

    result: Result
    detail: str
    kind: str = ""
    effect_shown: int = 0
    effect_runs: int = 0
    contrast: str = "none"
    contrast_build: str = ""
    contract: str = ""
    reach: str = "unknown"
    signature: str = ""
    proof_digest: str = ""
    evidence: bytes = b""
    evidence_digest: str = ""
    ran: bytes = b""


def start(act: Act, finding: UUID) -> UUID:
    """Let a run of its own validate a finding: it sees that finding and nothing else.

    Returns:
        The run's key, which will be the verdict's.
    """
    run = enqueue(act, VALIDATE, subject=finding, priority=AFTER_ALL_ELSE)
    grant(act, subject=finding, party=run, capacity=Capacity.SERVICE)
    return run


def validate(actor: Actor, finding: UUID) -> None:
    """Run a finding's proof in the sandbox and write down what it came to. Job; safe to run twice.

    Args:
        actor: the run, let in to the finding.
        finding: which one; nothing is done for one that the run no longer sees, for a verdict ends its sight.

    Raises:
        Unavailable: a registry or the runner did not answer; the queue tries again.
    """
    found = next(iter(findings.listed(actor, only=[finding])), None)
    if found is None:
        return
    proof = findings.proof(actor, finding)
    if proof is None:
        why = found.why_no_proof or "no proof was handed in, and no reason was given"
        write(actor, found, Outcome(result=Result.BEYOND_SANDBOX, detail=answers.plain(why)))
        return
    write(actor, found, _run(actor, found, proof))


def give_up(actor: Actor, finding: UUID, why: str) -> None:
    """Write down that a finding could not be run here, after the last try. A person looks at it."""
    found = next(iter(findings.listed(actor, only=[finding])), None)
    if found is not None:
        detail = answers.plain(f"it could not be run here: {why}")
        write(actor, found, Outcome(result=Result.BEYOND_SANDBOX, detail=detail))


def _run(actor: Actor, found: Finding, proof: bytes) -> Outcome:
    try:
        target = sources.fetched(actor, found.target, handed_in_by=found.organisation)
    except (NotFound, BadInput, TooLarge) as error:
        return Outcome(result=Result.NOT_REPRODUCED, detail=answers.plain(f"the target: {error.message}"))
    contrast, why = _contrast(actor, found)
    builds = [*sealed(target), *(sealed(contrast) if contrast else ())]
    header, attachments = with_builds(judge_job(proof, target, contrast), builds)
    message = runner().run(HANDLER, header, attachments, seconds=SECONDS)
    return _read(message, proof, target, contrast.spec if contrast else "", why)


def _contrast(actor: Actor, found: Finding) -> tuple[FetchedTarget | None, str]:
    if not found.contrast:
        return None, "no contrast was given"
    try:
        spec = sources.at_version(found.target, found.contrast)
        return sources.fetched(actor, spec, handed_in_by=found.organisation), ""
    except (NotFound, BadInput, TooLarge) as error:
        return None, f"the contrast {found.contrast}: {error.message}"


def _read(message: Message, proof: bytes, target: FetchedTarget, contrast: str, no_contrast: str) -> Outcome:
    answer = answers.read_answer(message, answers.JudgeAnswer)
    if isinstance(answer, answers.Refused):
        theirs = not answer.code.startswith(_NOT_THE_PROOF)
        result = Result.NOT_REPRODUCED if theirs else Result.BUILD_FAILED
        return Outcome(result=result, detail=answers.plain(f"{answer.place} {answer.message}"))
    judged = answer.verdict
    answers.check_consistent(judged, contrast=contrast)
    handed = parse_proof(proof)
    ran = answers.attached(message, "proof", judged.proof)
    run = handed if handed.form is not Form.GENERATOR else _parsed(ran)
    if run.digest != judged.proof:
        raise answers.disbelieved("verdict/proof")
    by_contrast = f"{judged.contract.text}: {contrast} is silent" if judged.contract.basis == "contrast" else ""
    why = no_contrast if judged.result == "effect_shown" and not contrast else judged.why
    return Outcome(
        result=Result(judged.result),
        detail=answers.plain(why),
        kind=run.kind,
        effect_shown=judged.effect.shown,
        effect_runs=judged.effect.runs,
        contrast=judged.contrast.state.replace("_", " "),
        contrast_build=f"{contrast} {judged.contrast.build}".strip() if contrast else "",
        contract=answers.plain(by_contrast),
        reach=judged.reach,
        signature=signature_of(run, sources.identity(target), judged.signature) if judged.effect.shown else "",
        proof_digest=judged.proof,
        evidence=answers.attached(message, "evidence", answer.evidence_digest),
        evidence_digest=answer.evidence_digest,
        ran=ran if handed.form is Form.GENERATOR else b"",
    )


def _parsed(ran: bytes) -> Proof:
    try:
        return parse_proof(ran)
    except (BadInput, TooLarge) as error:
        raise answers.disbelieved("proof") from error


def write(actor: Actor, found: Finding, outcome: Outcome) -> None:
    """Write the verdict once, under the run's own key; with it ends what the run was let in to."""
    row = _row(actor, found, outcome)
    with acting(actor) as act:
        demand(act, Action.VERDICT_RECORD, subject=found.id)
        if models.Verdict.unscoped.filter(scopes.visible(actor), id=actor.id).exists():
            return
        row.at = act.now
        models.Verdict.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", found.organisation),
            verb=Action.VERDICT_RECORD,
            subject=found.id,
            fields={"result": outcome.result, "evidence": outcome.evidence_digest, "proof": outcome.proof_digest},
        )
        act.announce(VerdictReached(subject=found.id))
        end(act, subject=found.id, party=actor.party)


def _row(actor: Actor, found: Finding, outcome: Outcome) -> models.Verdict:
    row = models.Verdict(
        id=actor.id,
        finding=found.id,
        finder=found.organisation,
        result=outcome.result,
        kind=outcome.kind,
        target=found.target,
        effect_shown=outcome.effect_shown,
        effect_runs=outcome.effect_runs,
        contrast=outcome.contrast,
        contrast_build=outcome.contrast_build,
        contract=outcome.contract,
        reach=outcome.reach,
        signature=outcome.signature,
        detail=outcome.detail,
        proof_digest=outcome.proof_digest,
        evidence_digest=outcome.evidence_digest,
    )
    if outcome.evidence:
        signed, kept = evidence().sign(outcome.evidence), blobs().put(outcome.evidence, holder=found.organisation)
        row.evidence, row.evidence_size = kept.id, kept.size
        row.evidence_signature = f"{signed.key.hex()}:{signed.value.hex()}"
    if outcome.ran:
        ran = blobs().put(outcome.ran, holder=found.organisation)
        row.ran, row.ran_size = ran.id, ran.size
    return row
