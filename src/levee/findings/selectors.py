from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.findings import scopes, types
from levee.findings.masking import mask
from levee.findings.models import Finding, Origin, Original, Redaction
from levee.formats.case_report import HandlingId, Tlp
from levee.kernel.errors import NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.policy.actors import Actor


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
        answers = _answers(actor, [row.id for row in page])
    return [_finding(row, answers.get(row.id), own=row.organisation == actor.party) for row in page]


def found_by_ai(actor: Actor, findings: Iterable[UUID]) -> bool:
    """Whether a model stands behind any of these findings, of those that the actor may see."""
    with acting(actor):
        return Finding.unscoped.filter(scopes.visible(actor), id__in=list(findings)).exclude(model="").exists()


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


def original(actor: Actor, finding: UUID) -> types.Original:
    """The bytes that a finding came in with, for its finder and the clearinghouse.

    Raises:
        NotFound: there is no such finding for this reader. Forbidden: it may see the finding, and not its original.
    """
    with acting(actor) as act:
        demand(act, Action.FINDING_SEE_ORIGINAL, subject=finding)
        row = Original.unscoped.filter(scopes.originals(actor), finding=finding).first()
    if row is None:
        raise NotFound("there is no such finding")
    return types.Original(
        data=blobs().get(BlobRef(id=row.blob, size=row.size)),
        digest=bytes(row.digest),
        media_type=row.media_type,
        place=row.place,
    )


def opens_original(actor: Actor, finding: UUID) -> bool:
    """Whether the actor may open a finding's original."""
    with acting(actor):
        rows = Original.unscoped.filter(scopes.originals(actor), finding=finding)
        return actor.permits(Action.FINDING_SEE_ORIGINAL) and rows.exists()


def hidden_words(actor: Actor, findings: Iterable[UUID], *, but_originals: bool = False) -> types.HiddenWords:
    """What is hidden from the actor in these findings; nothing of its own organisation's is.

    Args:
        actor: the reader.
        findings: which ones.
        but_originals: nothing is hidden either where the actor may open the original.
    """
    with acting(actor):
        rows = Finding.unscoped.filter(scopes.visible(actor), id__in=list(findings))
        others = set(rows.exclude(organisation=actor.party).values_list("id", flat=True))
        if but_originals:
            others -= set(
                Original.unscoped.filter(scopes.originals(actor), finding__in=others).values_list("finding", flat=True)
            )
        answers = _answers(actor, list(others))
    return types.HiddenWords(tuple(word for words in answers.values() for word in words))


def hidden_from_readers(actor: Actor, findings: Iterable[UUID]) -> types.HiddenWords:
    """What is hidden in these findings from anybody but their finders: a document that leaves the house holds none."""
    with acting(actor):
        rows = Finding.unscoped.filter(scopes.visible(actor), id__in=list(findings))
        answers = _answers(actor, list(rows.values_list("id", flat=True)))
    return types.HiddenWords(tuple(word for words in answers.values() for word in words))


def origins(actor: Actor, findings: Iterable[UUID]) -> Sequence[types.Origin]:
    """Where those of these findings came from that another clearinghouse handed over, in that order."""
    with acting(actor):
        if not actor.permits(Action.FINDING_SEE):
            return ()
        rows = Origin.unscoped.filter(scopes.origins(actor), finding__in=list(findings)).order_by("at", "finding")
        return [_origin(row) for row in rows]


def _origin(row: Origin) -> types.Origin:
    return types.Origin(
        finding=row.finding,
        publisher=row.publisher,
        namespace=row.namespace,
        name=row.name,
        version=row.version,
        tlp=Tlp(row.tlp),
        ids=tuple(HandlingId(system, text) for system, text in row.ids),
        embargo_end=row.embargo_end,
        embargo_said=row.embargo_said,
        digest=bytes(row.digest),
        at=row.at,
    )


def _answers(actor: Actor, findings: list[UUID]) -> dict[UUID, list[str]]:
    """The passages that were named, by finding; an empty list where the answer was that there are none."""
    answers: dict[UUID, list[str]] = {}
    for row in Redaction.unscoped.filter(scopes.redactions(actor), finding__in=findings):
        answers.setdefault(row.finding, []).extend(row.passages)
    return answers


def _finding(row: Finding, answer: list[str] | None, *, own: bool) -> types.Finding:
    words = [] if own else answer or []
    return types.Finding(
        id=row.id,
        organisation=row.organisation,
        title=mask(row.title, words),
        description=mask(row.description, words),
        target=row.target,
        contrast=row.contrast,
        cwe=row.cwe,
        provenance=types.Provenance(
            tool=mask(row.tool, words),
            tool_version=mask(row.tool_version, words),
            model=mask(row.model, words),
            model_version=mask(row.model_version, words),
        ),
        use_terms=row.use_terms,
        has_proof=row.proof is not None,
        why_no_proof=mask(row.why_no_proof, words),
        received_at=row.received_at,
        personal_data=row.personal_data,
        redactions=len(answer or []),
        held=row.personal_data and answer is None,
    )
