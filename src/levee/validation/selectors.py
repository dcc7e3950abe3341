from __future__ import annotations

from typing import TYPE_CHECKING

from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.validation import scopes, types
from levee.validation.models import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

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
        said = _said(actor, keys)
        return {row.finding: _verdict(row, said.get(row.finding)) for row in newest}


def waiting(actor: Actor, *, limit: int = 200) -> list[types.Verdict]:
    """Verdicts that wait for a person, oldest first: the queue of what no sandbox can settle."""
    with acting(actor):
        keys = (
            Verdict.unscoped.filter(
                scopes.visible(actor),
                result__in=[types.Result.EFFECT_SHOWN, types.Result.BEYOND_SANDBOX, types.Result.FLAKY],
            )
            .exclude(finding__in=Judgement.unscoped.filter(scopes.visible(actor)).values_list("finding", flat=True))
            .order_by("at")
            .values_list("finding", flat=True)[:limit]
        )
        return [each for each in verdicts(actor, list(keys)).values() if each.waits]


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


def _verdict(row: Verdict, said: types.Said | None) -> types.Verdict:
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
        detail=row.detail,
        proof_digest=row.proof_digest,
        evidence_digest=row.evidence_digest,
        at=row.at,
        said=said,
    )
