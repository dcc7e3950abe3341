from __future__ import annotations

from typing import TYPE_CHECKING

from levee.findings import scopes, types
from levee.findings.models import Finding, Redaction
from levee.kernel.errors import NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.policy.actors import Actor

HIDDEN = "█"


def get(actor: Actor, finding: UUID) -> types.Finding:
    """One finding.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    found = listed(actor, only=[finding])
    if not found:
        raise NotFound("there is no such finding")
    return found[0]


def listed(
    actor: Actor, *, only: Iterable[UUID] | None = None, limit: int = 200, offset: int = 0
) -> Sequence[types.Finding]:
    """Findings that the actor may see, newest first.

    Args:
        actor: the reader.
        only: no others than these.
        limit: at most so many.
        offset: from there.
    """
    with acting(actor):
        if not actor.permits(Action.FINDING_SEE):
            return ()
        rows = Finding.unscoped.filter(scopes.visible(actor))
        if only is not None:
            rows = rows.filter(id__in=list(only))
        page = list(rows.order_by("-received_at", "id")[offset : offset + limit])
        hidden = _redactions([row.id for row in page if row.organisation != actor.party])
    return [_finding(row, hidden.get(row.id, [])) for row in page]


def count(actor: Actor) -> int:
    """How many findings the actor may see."""
    with acting(actor):
        return Finding.unscoped.filter(scopes.visible(actor)).count() if actor.permits(Action.FINDING_SEE) else 0


def proof(actor: Actor, finding: UUID) -> bytes | None:
    """The proof document as handed in; None where there is none.

    Raises:
        NotFound: there is no such finding for this reader.
    """
    with acting(actor):
        row = (
            Finding.unscoped.filter(scopes.visible(actor), id=finding).values_list("proof", "proof_size").first()
            if actor.permits(Action.FINDING_SEE)
            else None
        )
    if row is None:
        raise NotFound("there is no such finding")
    return None if row[0] is None else blobs().get(BlobRef(id=row[0], size=row[1]))


def _redactions(findings: list[UUID]) -> dict[UUID, list[tuple[int, int]]]:
    hidden: dict[UUID, list[tuple[int, int]]] = {}
    # allow unscoped: of findings that a scope chose
    for row in Redaction.unscoped.filter(finding__in=findings):
        hidden.setdefault(row.finding, []).append((row.start, row.length))
    return hidden


def _finding(row: Finding, hidden: list[tuple[int, int]]) -> types.Finding:
    description = row.description
    for start, length in hidden:
        description = description[:start] + HIDDEN * length + description[start + length :]
    return types.Finding(
        id=row.id,
        organisation=row.organisation,
        title=row.title,
        description=description,
        target=row.target,
        contrast=row.contrast,
        cwe=row.cwe,
        provenance=types.Provenance(
            tool=row.tool, tool_version=row.tool_version, model=row.model, model_version=row.model_version
        ),
        use_terms=row.use_terms,
        has_proof=row.proof is not None,
        why_no_proof=row.why_no_proof,
        received_at=row.received_at,
        redactions=len(hidden),
    )
