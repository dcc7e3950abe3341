from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from levee.api.bodies import JSON, In, takes, upload
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.cases.projects.policies import AiFound, AiPatch, Counts, Takes, Terms
from levee.cases.projects.upkeep import Keeps
from levee.fixes.selectors import verified
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["projects"])


class UpkeepOut(Schema):
    """An organisation makes a component, or ships it; `confirmed` where the clearinghouse says so."""

    public_id: str
    organisation: str
    component: str
    keeps: str
    confirmed: bool
    because: str
    at: datetime

    @staticmethod
    def resolve_organisation(found: types.Upkeep) -> str:
        """`ORG-…`."""
        return public_id("ORG", found.organisation)


class ProjectTermsOut(Schema):
    """How a project takes reports; null days or items stand for any number."""

    ai_found: str
    embargo: str
    longest_days: int | None
    ai_patch: str
    per_week: int | None
    takes: str


class ProjectPolicyOut(Schema):
    """One version of a project's policy, and whose word it is."""

    public_id: str
    organisation: str
    project: str
    version: int
    terms: ProjectTermsOut
    source: str
    at: datetime

    @staticmethod
    def resolve_organisation(found: types.ProjectPolicy) -> str:
        """`ORG-…`."""
        return public_id("ORG", found.organisation)


class SuggestionOut(Schema):
    """An organisation that is to be told of a flaw, and why."""

    public_id: str
    name: str
    reason: str
    confirmed: bool
    because: str


class ShippedOut(Schema):
    """How many components were new."""

    components: int


class UpkeepIn(In):
    """What your organisation makes or ships; a coordinator may name another organisation."""

    component: str
    keeps: Keeps
    because: str
    organisation: str | None = None


class ProjectPolicyIn(In):
    """A new version of a project's policy."""

    project: str
    source: str
    ai_found: AiFound = AiFound.PRIVATE
    embargo: Counts = Counts.REPORT
    longest_days: Annotated[int, Field(strict=True)] | None = None
    ai_patch: AiPatch = AiPatch.ASK
    per_week: Annotated[int, Field(strict=True)] | None = None
    takes: Takes = Takes.ALL


class KeptOut(Schema):
    """The public id of what was said."""

    public_id: str


class TurnOut(Schema):
    """What waits until its project takes another item; `place` is that in the project's line."""

    public_id: str
    case_id: str
    title: str
    project: str
    name: str
    because: str
    asked_at: datetime
    place: int
    severity: int
    accuracy: int | None
    lacks: str
    room_at: datetime | None
    urgent: bool


class WhyIn(In):
    """Why; recorded."""

    because: str


@router.get("/turns", response=list[TurnOut], summary="What waits for its turn at each project")
def turns(request: HttpRequest) -> Sequence[types.Turn]:
    """In the order in which it goes; for coordinators alone."""
    return selectors.turns(actor_of(request), verified)


@router.post("/turns/{turn}/now", response={204: None}, summary="Let somebody in ahead of its turn")
def let_in_now(request: HttpRequest, turn: str, body: WhyIn) -> Status[None]:
    """Where the flaw is public, exploited or attacked."""
    services.let_in_now(actor_of(request), parse_public_id("TRN", turn), because=body.because)
    return Status(204, None)


@router.post("/turns/{turn}/withdraw", response={204: None}, summary="Take an invitation out of the line")
def withdraw(request: HttpRequest, turn: str, body: WhyIn) -> Status[None]:
    """Whom it was for never learns of it."""
    services.withdraw_turn(actor_of(request), parse_public_id("TRN", turn), because=body.because)
    return Status(204, None)


@router.get("/projects/upkeep", response=list[UpkeepOut], summary="Who makes and ships what")
def upkeep(request: HttpRequest) -> Sequence[types.Upkeep]:
    """Of your organisation; to the clearinghouse, of any."""
    return selectors.upkeep(actor_of(request))


@router.post("/projects/upkeep", response=KeptOut, summary="Say what you make or ship")
def state(request: HttpRequest, body: UpkeepIn) -> dict[str, str]:
    """By package URL, without version."""
    key = services.state_upkeep(
        actor_of(request),
        component=body.component,
        keeps=body.keeps,
        because=body.because,
        organisation=parse_public_id("ORG", body.organisation) if body.organisation else None,
    )
    return {"public_id": public_id("UPK", key)}


@router.post(
    "/projects/upkeep/bill",
    response=ShippedOut,
    summary="Say that you ship what stands in a bill of materials",
    openapi_extra=takes(JSON),
)
def state_shipped(request: HttpRequest, because: str) -> dict[str, int]:
    """CycloneDX or SPDX, of one of your products; `because` says of which."""
    return {"components": services.state_shipped(actor_of(request), upload(request, JSON), because=because)}


@router.get("/cases/{case}/suggestions", response=list[SuggestionOut], summary="Who is to be told of the flaw, and why")
def suggestions(request: HttpRequest, case: str) -> Sequence[types.Suggestion]:
    """For the case's owner: those who make or ship the component, and take no part yet."""
    return selectors.suggestions(actor_of(request), parse_public_id("CAS", case))


@router.post("/projects/upkeep/{upkeep}/end", response={204: None}, summary="Take back what you said of that")
def end(request: HttpRequest, upkeep: str) -> Status[None]:
    """Only what your organisation said."""
    services.end_upkeep(actor_of(request), parse_public_id("UPK", upkeep))
    return Status(204, None)


@router.get("/projects/policies", response=list[ProjectPolicyOut], summary="How projects take reports")
def policies(request: HttpRequest) -> Sequence[types.ProjectPolicy]:
    """By project, the newest version first: yours and those of your cases; to the clearinghouse, all."""
    return selectors.policies(actor_of(request))


@router.post("/projects/policies", response=KeptOut, summary="Set how a project takes reports")
def set_policy(request: HttpRequest, body: ProjectPolicyIn) -> dict[str, str]:
    """A new version, which holds for cases that are opened from now on."""
    given = {name: getattr(body, name) for name in Terms.__dataclass_fields__}
    key = services.set_policy(actor_of(request), project=body.project, terms=Terms(**given), source=body.source)
    return {"public_id": public_id("POL", key)}
