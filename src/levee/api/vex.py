"""Statements that flaws do no harm (VEX): which are relied on, and what they put aside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.bodies import JSON, In, takes, upload
from levee.api.house import actor_of
from levee.api.matches import MatchOut
from levee.api.resting import Resting
from levee.exposure import selectors, services, types
from levee.formats.vex import Status
from levee.kernel.ids import parse_public_id

router = Router(tags=["vex"])
FILES = (JSON, "application/vnd.cyclonedx+json")


class OddOut(Schema):
    """A place in the document, and why what stands there excuses nothing."""

    place: str
    reason: str


class VexOut(Schema):
    """A document of statements that is relied on; `matches` are those that it puts aside now."""

    public_id: str
    name: str
    author: str
    format: str
    filename: str
    sha256: str
    inventory_id: str
    added_by: str
    added_at: datetime
    statements: int
    counting: int
    matches: int
    withdrawn_at: datetime | None
    withdrawn_by: str
    note: str


class StatementOut(Schema):
    """One statement; `within` names what the product is a part of, where it counts there alone."""

    public_id: str
    vulnerabilities: list[str]
    product: str
    within: str
    status: Status
    justification: str
    detail: str
    at: datetime
    place: str
    matches: int
    withdrawn_at: datetime | None
    withdrawn_by: str
    note: str


class VexDetailOut(Schema):
    """A document with its statements, at most 500, and what in it excuses nothing."""

    vex: VexOut
    statements: list[StatementOut]
    not_understood: list[OddOut]

    @staticmethod
    def resolve_not_understood(detail: types.VexDetail) -> list[dict[str, str]]:
        """Place and reason of each."""
        return [{"place": place, "reason": reason} for place, reason in detail.vex.not_understood]


class AsideOut(Resting):
    """What statements put aside now."""

    matches: list[MatchOut]


class WithdrawIn(In):
    """Why, and which statement of the document; all of them where none is named."""

    note: str = ""
    statement: str = ""


class OfferedOut(Schema):
    """What an imported CycloneDX file says of its own components; `problem` where it cannot be relied on."""

    statements: int
    excusing: int
    author: str
    relied_on: bool
    problem: str


@router.get("/vex", response=list[VexOut], summary="Documents of statements")
def listed(request: HttpRequest, *, withdrawn: bool = False) -> list[types.Vex]:
    """Those that are relied on, the newest first; with `withdrawn`, all."""
    return list(selectors.vex(actor_of(request), withdrawn=withdrawn))


@router.post("/vex", response=VexDetailOut, summary="Rely on a document", openapi_extra=takes(*FILES))
def rely(request: HttpRequest, filename: str = "vex.json", inventory: str = "") -> types.VexDetail:
    """The body is OpenVEX, CSAF or CycloneDX. It counts in one `inventory` (`INV-…`), or where its products are."""
    key = parse_public_id("INV", inventory) if inventory else None
    found = services.rely_on_vex(actor_of(request), upload(request, *FILES), filename=filename, inventory_key=key)
    return selectors.vex_document(actor_of(request), found)


@router.get("/vex/aside", response=AsideOut, summary="What is put aside")
def aside(request: HttpRequest) -> dict[str, Any]:
    """The matches that statements put aside now, each with who says so and why; at most 200."""
    return {"matches": selectors.put_aside(actor_of(request))}


@router.get("/vex/{vex}", response=VexDetailOut, summary="One document")
def one(request: HttpRequest, vex: str) -> types.VexDetail:
    """With its statements, those first that put something aside."""
    return selectors.vex_document(actor_of(request), parse_public_id("VEX", vex))


@router.post("/vex/{vex}/withdraw", response=VexDetailOut, summary="Rely on it no more")
def withdraw(request: HttpRequest, vex: str, body: WithdrawIn) -> types.VexDetail:
    """What only this put aside is raised again."""
    key = parse_public_id("VEX", vex)
    statement = parse_public_id("VXS", body.statement) if body.statement else None
    services.withdraw_vex(actor_of(request), key, statement=statement, note=body.note)
    return selectors.vex_document(actor_of(request), key)


@router.get("/inventory/imports/{done}/vex", response=OfferedOut, summary="What an import says of its own flaws")
def offered(request: HttpRequest, done: str) -> types.Offered:
    """Nothing of it counts before somebody relies on it."""
    return selectors.vex_offered(actor_of(request), parse_public_id("IMP", done))


@router.post("/inventory/imports/{done}/vex", response=VexDetailOut, summary="Rely on what an import says")
def rely_on_import(request: HttpRequest, done: str) -> types.VexDetail:
    """It counts in the import's own inventory alone."""
    found = services.rely_on_import(actor_of(request), parse_public_id("IMP", done))
    return selectors.vex_document(actor_of(request), found)
