from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.fixes import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id
from levee.validation.types import Change

router = Router(tags=["fixes"])


class FixIn(In):
    """A unified diff or a version, one of the two."""

    patch: str = ""
    upgrade: str = ""
    author: str
    note: str = ""


class FixOut(Schema):
    """A fix and what was seen of it: verified to a level, never called correct."""

    public_id: str
    kind: str
    upgrade: str
    note: str
    author: str
    state: str
    level: int
    proofs_tried: int
    proofs_silent: int
    tests_before: int
    tests_after: int
    detail: str
    attached_at: datetime
    checked_at: datetime | None


class FixReceipt(Schema):
    """A fix that was attached and is being checked."""

    public_id: str


@router.get("/cases/{case}/fixes", response=list[FixOut], summary="The fixes of a case")
def of_case(request: HttpRequest, case: str) -> list[types.Fix]:
    """In the order in which they came."""
    return list(selectors.of_case(actor_of(request), parse_public_id("CAS", case)))


@router.post("/cases/{case}/fixes", response=FixReceipt, summary="Attach a fix; it is checked in the sandbox")
def attach(request: HttpRequest, case: str, body: FixIn) -> dict[str, str]:
    """For participants who work on the case."""
    fix = services.attach(
        actor_of(request),
        parse_public_id("CAS", case),
        change=Change(patch=body.patch.encode(), upgrade=body.upgrade),
        author=body.author,
        note=body.note,
    )
    return {"public_id": public_id("FIX", fix)}


@router.get("/fixes/{fix}", response=FixOut, summary="One fix")
def one(request: HttpRequest, fix: str) -> types.Fix:
    """Its level and why it is no higher."""
    return selectors.get(actor_of(request), parse_public_id("FIX", fix))


@router.get("/fixes/{fix}/patch", summary="The diff of a patch")
def patch(request: HttpRequest, fix: str) -> HttpResponse:
    """As it was attached; plain text."""
    data = selectors.patch(actor_of(request), parse_public_id("FIX", fix))
    return HttpResponse(data, content_type="text/plain; charset=utf-8")
