from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from levee.api.bodies import In, Instant
from levee.api.house import actor_of
from levee.cases import selectors, services
from levee.cases.clocks.calendar_file import calendar_file
from levee.cases.clocks.moments import Moment
from levee.kernel.ids import parse_public_id
from levee.kernel.zones import zone_of
from levee.platform.ports import ports
from levee.settings import settings

router = Router(tags=["cases"])
CALENDAR = "text/calendar; charset=utf-8"


class CaseClockOut(Schema):
    """A clock of a case; `due_there` is the same instant as `due`, in the zone that was asked for."""

    key: str
    policy: str
    name: str
    says: str
    asks: str
    yours: bool
    starts: str
    started_at: datetime | None
    due: datetime | None
    due_there: str | None
    done_at: datetime | None
    state: str
    used: float
    reminders: list[datetime]
    reminded_at: list[datetime]


class KeptPolicyOut(Schema):
    """A policy that a party keeps in the case."""

    policy: str
    version: int
    title: str
    source: str
    by: str
    at: datetime
    because: str
    yours: bool


class ClockMarkOut(Schema):
    """A party's word that something happened that starts or stops clocks."""

    by: str
    moment: str
    says: str
    at: datetime
    evidence: str
    stated_at: datetime


class TimingOut(Schema):
    """The clocks of a case, the policies that they come from, and what you may keep and state."""

    clocks: list[CaseClockOut]
    policies: list[KeptPolicyOut]
    marks: list[ClockMarkOut]
    may_keep: list[str]
    may_state: list[str]


class PolicyIn(In):
    """A policy by its name, and why."""

    policy: str
    because: str


class MomentIn(In):
    """What happened, when, and where it can be seen."""

    moment: Moment
    at: Instant
    evidence: str


@router.get("/cases/{case}/clocks", response=TimingOut, summary="The clocks of a case")
def clocks(request: HttpRequest, case: str, zone: str = "UTC") -> dict[str, object]:
    """That of its embargo first; `zone` is such as `Europe/Berlin`."""
    there = zone_of(zone)
    found = selectors.timing(actor_of(request), parse_public_id("CAS", case))
    return {
        "clocks": [
            {
                **{name: getattr(each, name) for name in CaseClockOut.model_fields if name != "due_there"},
                "due_there": each.due.astimezone(there).isoformat() if each.due else None,
            }
            for each in found.clocks
        ],
        "policies": found.policies,
        "marks": found.marks,
        "may_keep": [each.name for each in found.may_keep],
        "may_state": found.may_state,
    }


@router.get("/cases/{case}/clocks/calendar", summary="The clocks of a case as a calendar file")
def calendar(request: HttpRequest, case: str) -> HttpResponse:
    """iCalendar: an entry says which case and when, and nothing of what it is about."""
    found = selectors.timing(actor_of(request), parse_public_id("CAS", case))
    page = f"{settings().site}/cases/{case}/"
    return HttpResponse(
        calendar_file(found.clocks, case=case, page=page, now=ports().clock.now()), content_type=CALENDAR
    )


@router.post("/cases/{case}/clocks/policies", response={204: None}, summary="Keep a policy with time limits")
def keep(request: HttpRequest, case: str, body: PolicyIn) -> Status[None]:
    """Its clocks run from now on, and everyone in the case sees them."""
    services.keep_policy(actor_of(request), parse_public_id("CAS", case), policy=body.policy, because=body.because)
    return Status(204, None)


@router.post("/cases/{case}/clocks/policies/drop", response={204: None}, summary="Drop a policy that you keep")
def drop(request: HttpRequest, case: str, body: PolicyIn) -> Status[None]:
    """Its clocks are gone with it."""
    services.drop_policy(actor_of(request), parse_public_id("CAS", case), policy=body.policy, because=body.because)
    return Status(204, None)


@router.post("/cases/{case}/clocks/marks", response={204: None}, summary="State what starts or stops clocks")
def mark(request: HttpRequest, case: str, body: MomentIn) -> Status[None]:
    """A later word of yours about the same takes its place."""
    services.state_moment(
        actor_of(request),
        parse_public_id("CAS", case),
        moment=body.moment,
        at=body.at,
        evidence=body.evidence,
    )
    return Status(204, None)
