from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from levee.api.bodies import JSON, In, takes, upload
from levee.api.house import actor_of
from levee.findings import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["findings"])
SARIF = "application/sarif+json"


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
    personal_data: bool
    redactions: int
    held: bool


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
    """What became of each item; results of a scanner that were `suppressed` or are `not_wrong` are left out."""

    accepted: list[ReceiptOut]
    refused: list[RefusedOut]
    suppressed: int
    not_wrong: int


class RedactionIn(In):
    """Passages to hide from every reader outside the finder's organisation; none says that there is nothing to hide."""

    passages: list[str]
    reason: str


class RedactionOut(Schema):
    """How many places of the finding were hidden."""

    hidden: int


@router.post(
    "/findings",
    response=BatchOut,
    summary="Hand in findings as JSON or SARIF 2.1.0",
    openapi_extra=takes(JSON, SARIF),
)
def hand_in(request: HttpRequest) -> types.Batch:
    """One finding, `{"findings": [...]}`, or a SARIF log. Of many, one that is refused names its place."""
    return services.submit_batch(actor_of(request), upload(request, JSON, SARIF))


@router.get("/findings", response=list[FindingOut], summary="Findings that you may see, newest first")
def listed(request: HttpRequest, limit: int = 200, offset: int = 0) -> list[types.Finding]:
    """At most 200 at a time."""
    return list(selectors.listed(actor_of(request), limit=max(1, min(limit, 200)), offset=max(0, offset)))


@router.get("/findings/{finding}", response=FindingOut, summary="One finding")
def one(request: HttpRequest, finding: str) -> types.Finding:
    """Redactions are applied for readers outside the finder's organisation."""
    return selectors.get(actor_of(request), parse_public_id("FND", finding))


@router.get("/findings/{finding}/original", summary="The bytes that a finding came in with")
def original(request: HttpRequest, finding: str) -> HttpResponse:
    """For its finder and the clearinghouse; where it stands in them and their SHA-256 are in the headers."""
    key = parse_public_id("FND", finding)
    found = selectors.original(actor_of(request), key)
    headers = {
        "Content-Disposition": f'attachment; filename="{public_id("FND", key)}.{found.ending}"',
        "X-Content-Type-Options": "nosniff",
        "Levee-Original-Place": found.place,
        "Levee-Original-SHA256": found.digest.hex(),
    }
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)


@router.post("/findings/{finding}/redactions", response=RedactionOut, summary="Say what personal data to hide")
def redact(request: HttpRequest, finding: str, body: RedactionIn) -> dict[str, int]:
    """Personal data is hidden before anything is forwarded; the original stays with its finder."""
    key = parse_public_id("FND", finding)
    return {"hidden": services.redact(actor_of(request), key, passages=body.passages, reason=body.reason)}
