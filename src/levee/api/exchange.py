"""Cases from and to other clearinghouses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from levee.api.bodies import JSON, takes, upload
from levee.api.findings import ReceiptOut
from levee.api.house import actor_of
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases import types as of_cases
from levee.findings import selectors as findings
from levee.findings import services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["exchange"])


class HandlingIdOut(Schema):
    """An identifier, and whose it is."""

    system: str
    text: str


class OriginOut(Schema):
    """Where a finding came from that another clearinghouse handed over; `embargo_said` is the end as it was written."""

    finding: str
    publisher: str
    namespace: str
    name: str
    version: str
    tlp: str
    ids: list[HandlingIdOut]
    embargo_end: datetime | None
    embargo_said: str
    document: str
    at: datetime

    @staticmethod
    def resolve_finding(found: types.Origin) -> str:
        """`FND-…`."""
        return public_id("FND", found.finding)

    @staticmethod
    def resolve_tlp(found: types.Origin) -> str:
        """Its label."""
        return found.tlp.value

    @staticmethod
    def resolve_document(found: types.Origin) -> str:
        """Its SHA-256."""
        return found.digest.hex()


class HandOverOut(Schema):
    """Who took the case as a document, which version of it, and its SHA-256."""

    by: str
    version: str
    tlp: str
    document: str
    at: datetime

    @staticmethod
    def resolve_document(found: of_cases.HandOver) -> str:
        """Its SHA-256."""
        return found.digest.hex()


@router.post(
    "/handed-over",
    response=ReceiptOut,
    summary="Take in a case from another clearinghouse",
    openapi_extra=takes(JSON),
)
def take_in(request: HttpRequest) -> types.Receipt:
    """A CSAF 2.1 vulnerability report about one flaw; it becomes a finding, and the embargo in it a proposal."""
    return services.take_in(actor_of(request), upload(request, JSON))


@router.get(
    "/findings/{finding}/origins", response=list[OriginOut], summary="Where a finding came from, if it was handed over"
)
def of_finding(request: HttpRequest, finding: str) -> Sequence[types.Origin]:
    """None or one."""
    actor, key = actor_of(request), parse_public_id("FND", finding)
    findings.get(actor, key)
    return findings.origins(actor, [key])


@router.get("/cases/{case}/origins", response=list[OriginOut], summary="Where the findings of a case came from")
def of_case(request: HttpRequest, case: str) -> Sequence[types.Origin]:
    """Those that another clearinghouse handed over, as far as you see them."""
    actor = actor_of(request)
    return findings.origins(actor, cases.findings(actor, parse_public_id("CAS", case)))


@router.get(
    "/cases/{case}/hand-overs", response=list[HandOverOut], summary="Who took the case as a document, oldest first"
)
def hand_overs(request: HttpRequest, case: str) -> Sequence[of_cases.HandOver]:
    """Every party sees it."""
    return cases.hand_overs(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/hand-overs", summary="Take the case as a document, to hand it over")
def hand_over(request: HttpRequest, case: str) -> HttpResponse:
    """A CSAF 2.1 vulnerability report with what you see; recorded, and every party sees that you took it."""
    document = casework.hand_over(actor_of(request), parse_public_id("CAS", case))
    headers = {
        "Content-Disposition": f'attachment; filename="{document.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(document.data, content_type=JSON, headers=headers)
