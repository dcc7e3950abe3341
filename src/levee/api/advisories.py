from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.advisories import selectors, services, types
from levee.api.bodies import In
from levee.api.house import actor_of
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id

router = Router(tags=["advisories"])


class DraftIn(In):
    """What to publish; everything else comes from the case."""

    title: str
    summary: str
    details: str = ""
    package: str
    introduced: str = "0"
    fixed: str = ""
    cve: str = ""
    cwe: str = ""
    credits: tuple[str, ...] = ()


class AdvisoryOut(Schema):
    """The advisory of a case."""

    name: str
    title: str
    state: str
    decided_at: datetime
    published_at: datetime | None


@router.get("/cases/{case}/advisory", response=AdvisoryOut, summary="The advisory of a case")
def of_case(request: HttpRequest, case: str) -> types.Advisory:
    """Seen by the case's owner and its vendors; once it is published, by everyone on the public pages."""
    found = selectors.of_case(actor_of(request), parse_public_id("CAS", case))
    if found is None:
        raise NotFound("there is no advisory here")
    return found


@router.post("/cases/{case}/advisory", response=AdvisoryOut, summary="Publish")
def publish(request: HttpRequest, case: str, body: DraftIn) -> types.Advisory:
    """Validated now, signed and shown in a moment; an embargo that still runs ends with it."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    services.publish(actor, key, types.Draft(**body.dict()))
    return of_case(request, case)
