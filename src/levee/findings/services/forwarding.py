from __future__ import annotations

from typing import TYPE_CHECKING

from levee.findings import masking, scopes
from levee.findings.models import Finding, Redaction
from levee.findings.terms import allows
from levee.findings.types import Purpose
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.platform.database.acting import Act

DOING = {Purpose.FIX: "passed on to those who fix", Purpose.PUBLISH: "published"}


def forward(act: Act, findings: Iterable[UUID], *, purpose: Purpose) -> dict[UUID, UUID]:
    """Ask, at the moment of passing findings on, which of them may be.

    Each stands under its own finder's terms: one that may not go is left out, and does not hold the others back.

    Args:
        act: the unit of work that passes them on.
        findings: those that the actor wants to pass on.
        purpose: what for.

    Returns:
        The findings that may go, each with its finder's organisation.

    Raises:
        Conflict: `terms.not_allowed`: none may, by its use terms. `redaction.open`: one says that it holds personal
            data, and nobody has said yet what of it to hide.
    """
    rows = Finding.unscoped.filter(scopes.visible(act.actor), id__in=list(findings))
    allowed = [row for row in rows.order_by("received_at", "id") if allows(row.use_terms, purpose)]
    if not allowed:
        raise Conflict(
            f"by its finder's use terms, nothing of this may be {DOING[purpose]}",
            code="terms.not_allowed",
            place="use_terms",
            advice="ask the finder; the same finding handed in again under other terms and a new key allows it",
        )
    asked = [row.id for row in allowed if row.personal_data]
    answered = set(
        Redaction.unscoped.filter(scopes.redactions(act.actor), finding__in=asked).values_list("finding", flat=True)
    )
    for finding in asked:
        if finding not in answered:
            raise Conflict(
                "this finding says that it holds personal data, and nobody has said yet what of it to hide",
                code="redaction.open",
                place=public_id("FND", finding),
                advice="hide the passages, or say that there are none: levee findings redact, or the finding's page",
            )
    return {row.id: row.organisation for row in allowed}


def keep_hidden(act: Act, findings: Iterable[UUID], **texts: str) -> None:
    """Refuse a text that repeats what was hidden in findings, from those who can know what it was.

    Args:
        act: the unit of work that would pass the texts on.
        findings: those that the texts are about.
        texts: by the name of their field.

    Raises:
        BadInput: `redaction.repeated`, with the field.
    """
    rows = Redaction.unscoped.filter(scopes.originals(act.actor), finding__in=list(findings))
    words = [passage for passages in rows.values_list("passages", flat=True) for passage in passages]
    for field, text in texts.items():
        if any(masking.count(text, word) for word in words):
            raise BadInput(
                "this repeats words that were hidden as personal data",
                code="redaction.repeated",
                place=field,
                advice="leave them out: those who read this must not see them",
            )
