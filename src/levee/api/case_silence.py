from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In, YesNo
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.cases.ladder.climbing import Way
from levee.cases.ladder.rungs import Approach
from levee.kernel.ids import parse_public_id

router = Router(tags=["cases"])


class AttemptOut(Schema):
    """One attempt to reach a vendor."""

    channel: str
    at: datetime
    because: str


class SilenceOut(Schema):
    """A vendor that has not answered: what was tried, what is due next, what is proposed or decided."""

    participant_id: str
    party: str
    since: datetime
    attempts: list[AttemptOut]
    next: str | None
    next_says: str
    due: datetime | None
    late: bool
    ends: bool
    proposed: str | None
    proposed_at: datetime | None
    because: str
    yours: bool
    decided: str | None
    decided_at: datetime | None


class ChaseIn(In):
    """An attempt: `reminder` (a letter leaves), `second_contact`, `registry_contact` or `public_request`."""

    channel: Approach
    because: str


class OutcomeIn(In):
    """What is done: `publish` without its fix, `mitigation` only, `steward`, or `hold`."""

    way: Way
    because: str


class SilenceSettledIn(In):
    """Whether you, another coordinator than who proposed, agree."""

    agree: YesNo
    because: str


@router.get("/cases/{case}/silence", response=list[SilenceOut], summary="The vendors that have not answered")
def silences(request: HttpRequest, case: str) -> Sequence[types.Silence]:
    """How far each was followed; for the owner of the case, and empty for others."""
    return selectors.silences(actor_of(request), parse_public_id("CAS", case))


@router.post(
    "/cases/{case}/participants/{participant}/attempts",
    response={204: None},
    summary="Put an attempt to reach a silent vendor on record",
)
def chase(request: HttpRequest, case: str, participant: str, body: ChaseIn) -> Status[None]:
    """A reminder leaves by it; everything else was done by hand."""
    keys = parse_public_id("CAS", case), parse_public_id("PAR", participant)
    services.chase(actor_of(request), *keys, channel=body.channel, because=body.because)
    return Status(204, None)


@router.post(
    "/cases/{case}/participants/{participant}/outcome",
    response={204: None},
    summary="Propose what is done about a vendor that nobody reached",
)
def propose_outcome(request: HttpRequest, case: str, participant: str, body: OutcomeIn) -> Status[None]:
    """Once everything was tried, or something is out; nothing is decided before a second person agrees."""
    keys = parse_public_id("CAS", case), parse_public_id("PAR", participant)
    services.propose_outcome(actor_of(request), *keys, way=body.way, because=body.because)
    return Status(204, None)


@router.post(
    "/cases/{case}/participants/{participant}/outcome/decision",
    response={204: None},
    summary="Agree to what is proposed about a silent vendor, or refuse it",
)
def settle_outcome(request: HttpRequest, case: str, participant: str, body: SilenceSettledIn) -> Status[None]:
    """Who proposed it may take it back, and not agree to it."""
    keys = parse_public_id("CAS", case), parse_public_id("PAR", participant)
    services.settle_outcome(actor_of(request), *keys, agree=body.agree, because=body.because)
    return Status(204, None)
