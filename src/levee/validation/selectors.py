from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from levee.findings.selectors import hidden_words
from levee.kernel.errors import Conflict, NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.validation import scopes, types
from levee.validation.models import Control, Judgement, Target, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from levee.findings.types import HiddenWords
    from levee.policy.actors import Actor


def verdict(actor: Actor, finding: UUID) -> types.Verdict | None:
    """The newest verdict on a finding; None while there is none for this actor."""
    return verdicts(actor, [finding]).get(finding)


def verdicts(actor: Actor, findings: Iterable[UUID]) -> Mapping[UUID, types.Verdict]:
    """The newest verdict on each finding that has one and that the actor may see."""
    with acting(actor):
        if not actor.permits(Action.VERDICT_SEE):
            return {}
        keys = list(findings)
        newest = (
            Verdict.unscoped.filter(scopes.visible(actor), finding__in=keys)
            .order_by("finding", "-at", "id")
            .distinct("finding")
        )
        said, hidden = _said(actor, keys), hidden_words(actor, keys)
        return {row.finding: _verdict(row, said.get(row.finding), hidden) for row in newest}


def waiting(actor: Actor, *, limit: int = 200) -> list[types.Verdict]:
    """Verdicts that wait for a person, oldest first: the queue of what no sandbox can settle."""
    with acting(actor):
        if not actor.permits(Action.VERDICT_SEE):
            return []
        keys = (
            Verdict.unscoped.filter(
                scopes.visible(actor),
                result__in=[types.Result.EFFECT_SHOWN, types.Result.BEYOND_SANDBOX, types.Result.FLAKY],
            )
            .exclude(finding__in=Judgement.unscoped.filter(scopes.visible(actor)).values_list("finding", flat=True))
            .order_by("at")
            .values_list("finding", flat=True)[:limit]
        )
        found = [each for each in verdicts(actor, list(keys)).values() if each.waits]
    return sorted(found, key=lambda each: each.at)


def evidence(actor: Actor, finding: UUID) -> types.SignedEvidence:
    """The signed evidence of the newest verdict on a finding.

    Raises:
        NotFound: there is none, or none for this actor.
        Conflict: it holds words that are hidden from this actor, and what was signed cannot be shown in part.
    """
    with acting(actor):
        row, hidden = _newest(actor, finding), hidden_words(actor, [finding], but_originals=True)
    if row is None or row.evidence is None:
        raise NotFound("there is no evidence by that name")
    key, _, signature = row.evidence_signature.partition(":")
    document = blobs().get(BlobRef(id=row.evidence, size=row.evidence_size))
    if hidden.in_document(document):
        raise Conflict(
            "this evidence holds words that were hidden as personal data",
            code="redaction.evidence",
            advice=f"its SHA-256 is {row.evidence_digest}; its finder and the clearinghouse's log can vouch for it",
        )
    return types.SignedEvidence(
        document=document,
        digest=row.evidence_digest,
        key=key,
        signature=signature,
    )


def ran(actor: Actor, finding: UUID) -> bytes | None:
    """What was run where the proof was a generator: its output at validation; None for other proofs."""
    with acting(actor):
        row = _newest(actor, finding)
    return None if row is None or row.ran is None else blobs().get(BlobRef(id=row.ran, size=row.ran_size))


def _newest(actor: Actor, finding: UUID) -> Verdict | None:
    if not actor.permits(Action.VERDICT_SEE):
        return None
    return Verdict.unscoped.filter(scopes.visible(actor), finding=finding).order_by("-at", "id").first()


def accuracy(actor: Actor, organisation: UUID) -> types.Accuracy:
    """How often an organisation was right as a finder, over the verdicts that the actor may see.

    What a person accepted on evidence, declined, called the finder's own package or has yet to judge counts neither
    way; so does what could not be built or run here, and what showed in some runs only.
    """
    with acting(actor):
        if not actor.permits(Action.VERDICT_SEE):
            return types.Accuracy(right=0, wrong=0)
        rows = Verdict.unscoped.filter(scopes.visible(actor), finder=organisation)
        stated, forged, neutral = (
            Q(finding__in=Judgement.unscoped.filter(scopes.visible(actor), judgement__in=said).values("finding"))
            for said in (
                [types.Judgement.CONTRACT],
                [types.Judgement.FORGED],
                [types.Judgement.ACCEPTED, types.Judgement.DECLINED, types.Judgement.OWN],
            )
        )
        failed = Q(result__in=[types.Result.NOT_REPRODUCED, types.Result.CONTROL_FAILED]) & ~neutral & ~stated
        right = (Q(result=types.Result.CONFIRMED) | stated) & ~forged & ~neutral
        found = rows.aggregate(
            right=Count("finding", filter=right, distinct=True),
            wrong=Count("finding", filter=forged | failed, distinct=True),
        )
    return types.Accuracy(right=found["right"], wrong=found["wrong"])


def targets(actor: Actor) -> Sequence[types.SourceTarget]:
    """The registered source targets, newest first."""
    with acting(actor):
        if not actor.permits(Action.TARGET_SEE):
            return ()
        rows = list(Target.unscoped.filter(scopes.of_house(actor)).order_by("-added_at", "id"))
        counted = Control.unscoped.filter(scopes.of_house(actor)).values("target").annotate(number=Count("id"))
        controls = {each["target"]: each["number"] for each in counted}
    return [
        types.SourceTarget(
            name=row.name,
            version=row.version,
            digest=row.digest,
            size=row.archive_size,
            controls=controls.get(f"source:{row.name}@{row.version}", 0),
            added_at=row.added_at,
        )
        for row in rows
    ]


def controls(actor: Actor, target: str) -> Sequence[bytes]:
    """The control proofs kept for a target, by its spec."""
    with acting(actor):
        rows = list(Control.unscoped.filter(scopes.of_house(actor), target=target).order_by("added_at", "id"))
    return [blobs().get(BlobRef(id=row.proof, size=row.proof_size)) for row in rows]


def _said(actor: Actor, findings: list[UUID]) -> dict[UUID, types.Said]:
    rows = (
        Judgement.unscoped.filter(scopes.visible(actor), finding__in=findings)
        .order_by("finding", "-at", "id")
        .distinct("finding")
    )
    return {
        row.finding: types.Said(
            judgement=types.Judgement(row.judgement), name=row.name, statement=row.statement, at=row.at
        )
        for row in rows
    }


def _verdict(row: Verdict, said: types.Said | None, hidden: HiddenWords) -> types.Verdict:
    return types.Verdict(
        id=row.id,
        finding=row.finding,
        result=types.Result(row.result),
        kind=row.kind,
        target=row.target,
        effect_shown=row.effect_shown,
        effect_runs=row.effect_runs,
        contrast=row.contrast,
        contrast_build=row.contrast_build,
        contract=row.contract,
        reach=row.reach,
        signature=row.signature,
        detail=hidden.over(row.detail),
        proof_digest=row.proof_digest,
        evidence_digest=row.evidence_digest,
        at=row.at,
        said=said and replace(said, statement=hidden.over(said.statement)),
    )
