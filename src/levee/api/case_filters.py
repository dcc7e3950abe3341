from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actors import Capacity

router = Router(tags=["cases"])


class CaseFilterOut(Schema):
    """A filter of the list of cases that you keep by a name; what is empty narrows nothing."""

    public_id: str
    name: str
    show: str
    part: str
    project: str
    party: str
    text: str
    order: str
    since: datetime


class CaseFilterIn(In):
    """A name, and all that the filter narrows by: what is left out narrows nothing."""

    name: str
    show: types.Show = types.Show.ALL
    part: Capacity | None = None
    project: str = ""
    party: str = ""
    text: str = ""
    order: types.Order = types.Order.NEWEST


class CaseFilterMadeOut(Schema):
    """What was made, as `FLT-…`."""

    public_id: str


@router.get("/cases/filters", response=list[CaseFilterOut], summary="Your filters of the list of cases")
def filters(request: HttpRequest) -> list[dict[str, object]]:
    """By name; `GET /cases?filter=FLT-…` shows what one shows."""
    return [_told(each) for each in selectors.filters(actor_of(request))]


@router.post("/cases/filters", response={201: CaseFilterMadeOut}, summary="Keep a filter by a name")
def save_filter(request: HttpRequest, body: CaseFilterIn) -> Status[dict[str, str]]:
    """At most fifty; each person's and each machine's are its own."""
    key = services.save_filter(actor_of(request), name=body.name, by=_by(body))
    return Status(201, {"public_id": public_id("FLT", key)})


@router.post("/cases/filters/{filter}/change", response={204: None}, summary="Change a filter, or its name")
def change_filter(request: HttpRequest, filter: str, body: CaseFilterIn) -> Status[None]:  # noqa: A002 - the path's
    """All of it at once."""
    services.change_filter(actor_of(request), parse_public_id("FLT", filter), name=body.name, by=_by(body))
    return Status(204, None)


@router.delete("/cases/filters/{filter}", response={204: None}, summary="Keep a filter no longer")
def delete_filter(request: HttpRequest, filter: str) -> Status[None]:  # noqa: A002 - the path's name
    """Cases stay what they are."""
    services.delete_filter(actor_of(request), parse_public_id("FLT", filter))
    return Status(204, None)


def _by(body: CaseFilterIn) -> types.Narrowed:
    return types.Narrowed(**body.dict(exclude={"name"}))


def _told(found: types.SavedFilter) -> dict[str, object]:
    kept = found.by.kept()
    order = kept.pop("sort")
    return {"public_id": found.public_id, "name": found.name, "since": found.since, **kept, "order": order}
