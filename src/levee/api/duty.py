from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In, Instant
from levee.api.house import actor_of
from levee.cases.selectors import last_change
from levee.house import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["house"])


class ShiftOut(Schema):
    """Somebody is on call; without an address, letters go to that of the house."""

    public_id: str
    person: str
    name: str
    address: str
    start: datetime
    end: datetime

    @staticmethod
    def resolve_person(found: types.Shift) -> str:
        """`PER-…`."""
        return public_id("PER", found.person)


class HandoverOut(Schema):
    """What somebody left; `cursor` is the last change in cases that it knew, for `/cases/changes`."""

    by: str
    note: str
    cursor: str
    at: datetime


class ShiftIn(In):
    """A coordinator, from when to when, and where its letters go meanwhile."""

    person: str
    start: Instant
    end: Instant
    address: str = ""


class EndShiftIn(In):
    """Why the shift ends."""

    because: str


class HandoverIn(In):
    """What the next one must know."""

    note: str


@router.get("/house/duty/shifts", response=list[ShiftOut], summary="Who is on call from now on")
def shifts(request: HttpRequest) -> Sequence[types.Shift]:
    """The one that runs first; for the clearinghouse's own people."""
    return selectors.shifts(actor_of(request))


@router.get("/house/duty", response=ShiftOut | None, summary="Who is on call now")
def on_call(request: HttpRequest) -> types.Shift | None:
    """Null where nobody is: letters then go to the house's address."""
    return selectors.on_call(actor_of(request))


@router.post("/house/duty/shifts", response=list[ShiftOut], summary="Put a coordinator on call")
def plan_shift(request: HttpRequest, body: ShiftIn) -> Sequence[types.Shift]:
    """Alarms of the house go to its address first while the shift runs."""
    person = parse_public_id("PER", body.person)
    services.plan_shift(actor_of(request), person, start=body.start, end=body.end, address=body.address)
    return shifts(request)


@router.post("/house/duty/shifts/{shift}/end", response={204: None}, summary="End a shift")
def end_shift(request: HttpRequest, shift: str, body: EndShiftIn) -> Status[None]:
    """One that runs ends now; one to come is out of the plan."""
    services.end_shift(actor_of(request), parse_public_id("SHI", shift), because=body.because)
    return Status(204, None)


@router.get("/house/duty/hand-overs", response=list[HandoverOut], summary="What was left for who is on call next")
def hand_overs(request: HttpRequest) -> Sequence[types.Handover]:
    """Newest first."""
    return selectors.hand_overs(actor_of(request))


@router.post("/house/duty/hand-overs", response={204: None}, summary="Hand the duty over")
def hand_over(request: HttpRequest, body: HandoverIn) -> Status[None]:
    """With a note; what waits and what changed since, the next one sees for itself."""
    actor = actor_of(request)
    services.hand_over_duty(actor, note=body.note, cursor=last_change(actor))
    return Status(204, None)
