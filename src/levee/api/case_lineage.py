"""Cases that are merged, split, opened again or taken over, and parts in cases that are offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.advisories import selectors as advisories
from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.cases.rules.embargo import ConsentVerb
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["cases"])


class WentOnOut(Schema):
    """Where a case went on (`forth`) or came from; `other_id` is null where you take no part in the other case."""

    kind: str
    forth: bool
    says: str
    other_id: str | None
    because: str
    at: datetime


class PlanOut(Schema):
    """What would be done: which end will hold, and who comes in at once, is offered the terms, or gets a letter."""

    embargo_end: datetime | None
    comes_in: list[str]
    offered: list[str]
    written: list[str]
    left_out: list[str]
    finders: list[str]
    findings: int
    waits: int


class MergeIn(In):
    """The case that goes on, as `CAS-…`, and why both are about one flaw."""

    into: str
    because: str


class SplitIn(In):
    """Some of the case's findings, as `FND-…`, that become a case of their own, and why."""

    findings: list[str]
    title: str
    summary: str = ""
    because: str


class ReopenIn(In):
    """Why a case is taken up again."""

    because: str


class TransferIn(In):
    """The participant that would own the case, as `PAR-…`, and why."""

    to: str
    because: str


class TransferAnswerIn(In):
    """Take the case over, or decline."""

    verb: types.TransferVerb


class TransferOut(Schema):
    """To whom a case was offered, and what came of it: `settlement` is null while it waits."""

    to: str
    because: str
    at: datetime
    yours: bool
    settled_at: datetime | None
    settlement: types.Settlement | None


class TakenOut(Schema):
    """The case that takes this one's place, as `CAS-…`; null where you declined."""

    case: str | None


class WentOnInOut(Schema):
    """The case in which it goes on, as `CAS-…`."""

    public_id: str


class OfferOut(Schema):
    """A part in a case that you are offered; nothing of the case is told before you agree."""

    public_id: str
    house: str
    embargo_end: datetime | None
    since: datetime


class OfferAnswerIn(In):
    """Agree to the terms and take part, or decline."""

    verb: Literal[ConsentVerb.ACCEPT, ConsentVerb.DECLINE]


class OfferAnsweredOut(Schema):
    """The case that you take part in now, as `CAS-…`; null where you declined."""

    case: str | None


@router.get("/cases/{case}/went-on", response=list[WentOnOut], summary="Where a case went on, and where it came from")
def went_on(request: HttpRequest, case: str) -> Sequence[types.Succession]:
    """Oldest first."""
    return selectors.went_on(actor_of(request), parse_public_id("CAS", case))


@router.get("/cases/{case}/merge/{into}", response=PlanOut, summary="What a merge would do")
def merge_plan(request: HttpRequest, case: str, into: str) -> types.Plan:
    """It is refused where the merge would be."""
    return services.merge_plan(actor_of(request), parse_public_id("CAS", case), into=parse_public_id("CAS", into))


@router.post("/cases/{case}/merge", response={204: None}, summary="Merge a case into another one")
def merge(request: HttpRequest, case: str, body: MergeIn) -> Status[None]:
    """The earlier end holds; who takes part in this case alone is offered the terms of the other first."""
    into = parse_public_id("CAS", body.into)
    services.merge(actor_of(request), parse_public_id("CAS", case), into=into, because=body.because)
    return Status(204, None)


@router.get("/cases/{case}/split", response=PlanOut, summary="What a split would do")
def split_plan(request: HttpRequest, case: str) -> types.Plan:
    """Whichever findings are chosen."""
    return services.split_plan(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/split", response={201: WentOnInOut}, summary="Let findings become a case of their own")
def split(request: HttpRequest, case: str, body: SplitIn) -> Status[dict[str, str]]:
    """Under the same embargo, and with the same parties."""
    made = services.split(
        actor_of(request),
        parse_public_id("CAS", case),
        findings=[parse_public_id("FND", each) for each in body.findings],
        title=body.title,
        summary=body.summary,
        because=body.because,
    )
    return Status(201, {"public_id": public_id("CAS", made)})


@router.get("/cases/{case}/reopen", response=PlanOut, summary="What a new opening would do")
def reopen_plan(request: HttpRequest, case: str) -> types.Plan:
    """It is refused where the new opening would be."""
    return services.reopen_plan(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/reopen", response={201: WentOnInOut}, summary="Take up again what is over")
def reopen(request: HttpRequest, case: str, body: ReopenIn) -> Status[dict[str, str]]:
    """A case with the same findings and parties takes this one's place."""
    made = services.reopen(actor_of(request), parse_public_id("CAS", case), because=body.because)
    return Status(201, {"public_id": public_id("CAS", made)})


@router.get("/cases/{case}/transfers", response=list[TransferOut], summary="To which other owners a case was offered")
def transfers(request: HttpRequest, case: str) -> Sequence[types.Transfer]:
    """Oldest first."""
    return selectors.transfers(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/transfer", response={204: None}, summary="Offer a case to another owner")
def transfer(request: HttpRequest, case: str, body: TransferIn) -> Status[None]:
    """It takes part, agrees to the embargo and has an account; nothing changes before it takes the case."""
    key, to = parse_public_id("CAS", case), parse_public_id("PAR", body.to)
    services.transfer(actor_of(request), key, to=to, because=body.because, publishes=advisories.waits)
    return Status(204, None)


@router.post("/cases/{case}/transfer/withdraw", response={204: None}, summary="Take back what was offered")
def withdraw_transfer(request: HttpRequest, case: str) -> Status[None]:
    """While nobody has answered."""
    services.withdraw_transfer(actor_of(request), parse_public_id("CAS", case))
    return Status(204, None)


@router.get("/cases/{case}/transfer", response=PlanOut, summary="What taking a case over would do")
def transfer_plan(request: HttpRequest, case: str) -> types.Plan:
    """For whom the case is offered to; it is refused where taking it over would be."""
    return services.transfer_plan(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/transfer/answer", response=TakenOut, summary="Take a case over, or decline")
def answer_transfer(request: HttpRequest, case: str, body: TransferAnswerIn) -> dict[str, str | None]:
    """A case of yours with the same findings, parties and terms takes this one's place."""
    made = services.answer_transfer(actor_of(request), parse_public_id("CAS", case), verb=body.verb)
    return {"case": public_id("CAS", made) if made else None}


@router.get("/offers", response=list[OfferOut], summary="Parts in cases that you are offered")
def offers(request: HttpRequest) -> Sequence[types.Offer]:
    """Oldest first; the terms alone."""
    return selectors.offers(actor_of(request))


@router.post("/offers/{participant}/answer", response=OfferAnsweredOut, summary="Take part on these terms, or decline")
def answer_offer(request: HttpRequest, participant: str, body: OfferAnswerIn) -> dict[str, str | None]:
    """Who declines sees nothing of the case."""
    case = services.answer_offer(actor_of(request), parse_public_id("PAR", participant), verb=body.verb)
    return {"case": public_id("CAS", case) if case else None}
