from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Annotated, TypeVar

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from levee.api.bodies import In, Instant
from levee.api.house import actor_of
from levee.house import selectors, services, types
from levee.house.calendar import ClosedOn
from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id

T = TypeVar("T")
router = Router(tags=["house"])


class SettingOut(Schema):
    """What holds in the house; `at` is null where it is the default."""

    name: str
    says: str
    value: str
    because: str
    at: datetime | None


class SettingIn(In):
    """What is chosen from now on, and why."""

    value: str
    because: str


class ClosingOut(Schema):
    """A time in which nothing is published; which fields it has follows from its kind."""

    public_id: str
    kind: str
    says: str
    zone: str
    because: str
    weekday: int | None
    day: date | None
    opens: time | None
    closes: time | None
    start: datetime | None
    end: datetime | None


class ClosingIn(In):
    """A time in which nothing is published.

    `weekday` (0 is Monday), `day`, `opens` with `closes` (the hours that stay open), or `start` with `end`: as its
    kind, `weekday`, `day`, `hours` or `freeze`, needs.
    """

    kind: ClosedOn
    zone: str
    because: str
    weekday: Annotated[int, Field(strict=True)] | None = None
    day: str | None = None
    opens: str | None = None
    closes: str | None = None
    start: Instant | None = None
    end: Instant | None = None


class OpenClosingIn(In):
    """Why that time is open from now on."""

    because: str


class LookOut(Schema):
    """What the calendar says of an instant; `opens` is the next one that is open, null where none comes."""

    at: datetime
    closed: str | None
    because: str
    opens: datetime | None


@router.get("/house/settings", response=list[SettingOut], summary="How the clearinghouse works")
def settings(request: HttpRequest) -> Sequence[types.Choice]:
    """What it has chosen, for its own people."""
    return selectors.settings(actor_of(request))


@router.post("/house/settings/{setting}", response=list[SettingOut], summary="Choose how the clearinghouse works")
def choose(request: HttpRequest, setting: str, body: SettingIn) -> Sequence[types.Choice]:
    """By an administrator in person; it holds from now on."""
    services.choose(actor_of(request), types.named(setting), value=body.value, because=body.because)
    return settings(request)


@router.get("/house/calendar", response=list[ClosingOut], summary="When nothing is published")
def closings(request: HttpRequest) -> list[dict[str, object]]:
    """For everyone who takes part. It extends no embargo."""
    return [_told(each) for each in selectors.closings(actor_of(request))]


@router.get("/house/calendar/look", response=LookOut, summary="Whether something can be published at an instant")
def look(request: HttpRequest, at: str) -> dict[str, object]:
    """Of the instant `at`, with its zone; and which is the next that is open."""
    found = selectors.look_at(actor_of(request), _read(datetime.fromisoformat, at, "at", "2026-12-20T08:00:00Z"))
    because = found.closed.because if found.closed else ""
    closed = found.closed.says if found.closed else None
    return {"at": found.at, "closed": closed, "because": because, "opens": found.opens}


@router.post("/house/calendar", response=list[ClosingOut], summary="Publish nothing in a time")
def close(request: HttpRequest, body: ClosingIn) -> list[dict[str, object]]:
    """By a coordinator; it stands until somebody ends it."""
    given: dict[str, types.Given] = {
        "weekday": body.weekday,
        "start": body.start,
        "end": body.end,
        "day": _read(date.fromisoformat, body.day, "day", "2026-12-25") if body.day is not None else None,
        **{
            name: _read(time.fromisoformat, text, name, "09:00") if text is not None else None
            for name, text in (("opens", body.opens), ("closes", body.closes))
        },
    }
    services.close(actor_of(request), body.kind, zone=body.zone, because=body.because, given=given)
    return closings(request)


@router.post("/house/calendar/{closing}/end", response={204: None}, summary="Publish again in a time")
def end_closing(request: HttpRequest, closing: str, body: OpenClosingIn) -> Status[None]:
    """It is open from now on."""
    services.end_closing(actor_of(request), parse_public_id("CLO", closing), because=body.because)
    return Status(204, None)


def _told(kept: types.Kept) -> dict[str, object]:
    each = kept.closing
    fields = {name: getattr(each, name) for name in ("kind", "says", "because", "weekday", "day", "opens", "closes")}
    return {**fields, "public_id": kept.public_id, "zone": each.zone.key, "start": each.start, "end": each.end}


def _read(reading: Callable[[str], T], text: str, place: str, such_as: str) -> T:
    try:
        return reading(text)
    except ValueError as error:
        raise BadInput(f"this is written as {such_as}", place=place) from error
