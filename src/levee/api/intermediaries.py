from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.bodies import In, Instant, YesNo
from levee.api.house import actor_of
from levee.api.resting import Resting
from levee.exposure import selectors as exposure
from levee.identity import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["intermediaries"])


class ConsentOut(Schema):
    """What an operator lets an intermediary do."""

    public_id: str
    name: str
    may_act: bool
    since: datetime
    until: datetime | None
    ended_at: datetime | None


class IntermediaryIn(In):
    """To whom, for what, until when."""

    intermediary: str
    may_act: YesNo = False
    until: Instant | None = None


class ClientDueOut(Schema):
    """How many actions stand in one band; no days: the next upgrade."""

    days: int | None
    count: int
    overdue: int


class ClientOut(Schema):
    """What stands with one operator."""

    public_id: str
    name: str
    may_act: bool
    due: list[ClientDueOut]
    overdue: int
    pressing: str
    due_at: datetime | None
    imported_at: datetime | None


class ClientsOut(Resting):
    """Every operator that is served, the most overdue first."""

    clients: list[ClientOut]


class DoneOut(Schema):
    """Something that was done in an operator's name."""

    at: datetime
    what: str
    person: str
    organisation: str


@router.get("/clients", response=ClientsOut, summary="What stands with every operator that you serve")
def clients(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """The most overdue first. To act for one of them, send the header `Levee-For: ORG-…` with any operation."""
    found = [
        {
            "public_id": public_id("ORG", each.operator),
            "name": each.name,
            "may_act": each.may_act,
            "due": each.due,
            "overdue": each.overdue,
            "pressing": each.pressing.title if each.pressing else "",
            "due_at": each.pressing.due_at if each.pressing else None,
            "imported_at": each.imported_at,
        }
        for each in exposure.client_boards(actor_of(request))
    ]
    return {"clients": found}


@router.get("/consents", response=list[ConsentOut], summary="Whom your organisation lets see or act for it")
def consents(request: HttpRequest) -> Sequence[types.Consent]:
    """The newest first, those that ended as well."""
    return selectors.consents(actor_of(request))


@router.post("/consents", response=ConsentOut, summary="Let an intermediary see, or act for you")
def give(request: HttpRequest, body: IntermediaryIn) -> types.Consent:
    """For an administrator in person, not by token. Takes the place of an earlier consent to the same one."""
    key = parse_public_id("ORG", body.intermediary)
    return services.give_consent(actor_of(request), key, may_act=body.may_act, until=body.until)


@router.post("/consents/{consent}/withdraw", response=list[ConsentOut], summary="End a consent at once")
def withdraw(request: HttpRequest, consent: str) -> Sequence[types.Consent]:
    """For an administrator in person, not by token."""
    actor = actor_of(request)
    services.withdraw_consent(actor, parse_public_id("CST", consent))
    return selectors.consents(actor)


@router.get("/consents/done", response=list[DoneOut], summary="What was done in your name")
def done(request: HttpRequest) -> Sequence[types.Done]:
    """By people of those that you let in, the newest first."""
    return selectors.done_for(actor_of(request))
