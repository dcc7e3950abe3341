from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.findings import masking, scopes
from levee.findings.models import Finding, Original, Redaction
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.policy.actors import Actor

SHORTEST, LONGEST, MOST = 3, 4096, 100
MASKED = ("title", "description", "why_no_proof", "tool", "tool_version", "model", "model_version")


def redact(actor: Actor, finding: UUID, *, passages: Sequence[str], reason: str) -> int:
    """Answer whether a finding holds personal data, and hide the passages that do from all but its finder.

    What is hidden is hidden wherever the finding is shown: title, description, why there is no proof, provenance, and
    the evidence of its verdicts. The original is not changed; it opens to the finder and the clearinghouse alone.

    Args:
        actor: a person of the finder's organisation or of the clearinghouse.
        finding: which one.
        passages: exactly as they stand in the finding or its original; none says that there is nothing to hide.
        reason: why; kept.

    Returns:
        How many places of the shown finding are hidden by this.

    Raises:
        BadInput: a passage does not occur or is too short, or no reason is given; names which.
    """
    _check(passages, reason)
    with acting(actor) as act:
        demand(act, Action.FINDING_REDACT, subject=finding)
        row = Finding.unscoped.filter(scopes.visible(actor), id=finding).first()
        kept = Original.unscoped.filter(scopes.originals(actor), finding=finding).first()
        if row is None or kept is None:
            raise NotFound("there is no such finding")
        texts = [getattr(row, field) for field in MASKED]
        original = blobs().get(BlobRef(id=kept.blob, size=kept.size)) if passages else b""
        hidden = 0
        for number, passage in enumerate(passages):
            found = sum(masking.count(text, passage) for text in texts)
            if not found and not masking.occurs(passage, original):
                raise BadInput(
                    "this passage does not occur in the finding",
                    place=f"/passages/{number}",
                    advice="copy it exactly as it stands, in the same case",
                )
            hidden += found
        Redaction.unscoped.bulk_create(
            [Redaction(id=act.new_id(), finding=finding, passages=list(passages), reason=reason.strip(), at=act.now)]
        )
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.FINDING_REDACT,
            subject=finding,
            fields={"passages": len(passages)},
        )
    return hidden


def _check(passages: Sequence[str], reason: str) -> None:
    if not reason.strip():
        raise BadInput("name the reason", place="/reason", advice="say whose data it is, or why there is none")
    if len(passages) > MOST:
        raise BadInput(f"at most {MOST} passages at a time", place="/passages")
    for number, passage in enumerate(passages):
        if not SHORTEST <= len(passage.strip()) <= LONGEST:
            raise BadInput(f"a passage has {SHORTEST} to {LONGEST} characters", place=f"/passages/{number}")
