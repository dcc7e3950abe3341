from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.findings import selectors, services, types
from levee.kernel.ids import parse_public_id

router = Router(tags=["findings"])


class ProvenanceOut(Schema):
    """What found it."""

    tool: str
    tool_version: str
    model: str
    model_version: str


class FindingOut(Schema):
    """A finding as its reader may see it."""

    public_id: str
    title: str
    description: str
    target: str
    contrast: str
    cwe: str
    provenance: ProvenanceOut
    use_terms: str
    has_proof: bool
    why_no_proof: str
    received_at: datetime
    redactions: int


class ReceiptOut(Schema):
    """A finding that was taken, or had been taken before."""

    public_id: str
    repeated: bool


class RefusedOut(Schema):
    """An item that was not taken, and where in the document it stands."""

    place: str
    code: str
    message: str
    advice: str


class BatchOut(Schema):
    """What became of each item of a batch."""

    accepted: list[ReceiptOut]
    refused: list[RefusedOut]


class RedactionIn(Schema):
    """A passage of the description to hide from every reader outside the finder's organisation."""

    passage: str
    reason: str


class RedactionOut(Schema):
    """How many passages were hidden."""

    hidden: int


@router.post("/findings", response=BatchOut, summary="Hand in findings as JSON or SARIF 2.1.0")
def hand_in(request: HttpRequest) -> dict[str, list[types.Receipt] | list[types.Refused]]:
    """One finding, `{"findings": [...]}`, or a SARIF log. A refused item names its place; the others are kept."""
    receipts, refused = services.submit_batch(actor_of(request), request.body)
    return {"accepted": receipts, "refused": refused}


@router.get("/findings", response=list[FindingOut], summary="Findings that you may see, newest first")
def listed(request: HttpRequest, limit: int = 200, offset: int = 0) -> list[types.Finding]:
    """At most 200 at a time."""
    return list(selectors.listed(actor_of(request), limit=max(1, min(limit, 200)), offset=max(0, offset)))


@router.get("/findings/{finding}", response=FindingOut, summary="One finding")
def one(request: HttpRequest, finding: str) -> types.Finding:
    """Redactions are applied for readers outside the finder's organisation."""
    return selectors.get(actor_of(request), parse_public_id("FND", finding))


@router.post("/findings/{finding}/redactions", response=RedactionOut, summary="Hide a passage")
def redact(request: HttpRequest, finding: str, body: RedactionIn) -> dict[str, int]:
    """Personal data is hidden before anything is forwarded; the original stays with its finder."""
    key = parse_public_id("FND", finding)
    return {"hidden": services.redact(actor_of(request), key, passage=body.passage, reason=body.reason)}
