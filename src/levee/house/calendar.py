"""When the house publishes nothing: days, hours and windows in their zones, and the next instant that is open. No I/O.

A day is what the clocks of its zone call so, and may have 23 or 25 hours. A time that a change of clocks skips stands
for the same time before the change, one that comes twice for its first time (RFC 5545, section 3.3.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

HORIZON = timedelta(days=732)
"""How far an open instant is looked for."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ClosedOn(StrEnum):
    """What kind of time nothing is published in."""

    WEEKDAY = "weekday"
    DAY = "day"
    HOURS = "hours"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A time in which nothing is published.

    Attributes:
        kind: which of the following it takes.
        zone: whose days and hours these are.
        because: why; everyone who takes part reads it.
        weekday: every one, Monday being 0. day: one day.
        opens, closes: of each day; what lies outside of them is closed.
        start, end: a window, its end not in it.
    """

    kind: ClosedOn
    zone: ZoneInfo
    because: str
    weekday: int | None = None
    day: date | None = None
    opens: time | None = None
    closes: time | None = None
    start: datetime | None = None
    end: datetime | None = None

    def until(self, at: datetime) -> datetime | None:
        """When it is over that closes an instant; None where this does not close it."""
        if self.kind is ClosedOn.FREEZE:
            return self.end if self.start is not None and self.end is not None and self.start <= at < self.end else None
        today = at.astimezone(self.zone).date()
        if self.kind is ClosedOn.HOURS:
            return self._outside(at, today)
        closed = today == self.day if self.kind is ClosedOn.DAY else today.weekday() == self.weekday
        return self._tomorrow(at, today) if closed else None

    @property
    def says(self) -> str:
        """What is closed, in words."""
        if self.kind is ClosedOn.WEEKDAY and self.weekday is not None:
            return f"every {WEEKDAYS[self.weekday]}"
        if self.kind is ClosedOn.DAY:
            return f"{self.day}"
        if self.kind is ClosedOn.HOURS:
            return f"outside of {self.opens:%H:%M} to {self.closes:%H:%M}"
        return f"from {_spelled(self.start, self.zone)} to {_spelled(self.end, self.zone)}"

    def _outside(self, at: datetime, today: date) -> datetime | None:
        opens, closes = (self._instant(today, each or time()) for each in (self.opens, self.closes))
        if at < opens:
            return opens
        return self._tomorrow(at, today) if at >= closes else None

    def _tomorrow(self, at: datetime, today: date) -> datetime:
        """When the next day begins; where midnight comes twice, the one that is ahead."""
        midnights = (self._instant(today + timedelta(days=1), time(fold=fold)) for fold in (0, 1))
        return next((each for each in midnights if each > at), at + timedelta(hours=1))

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the calendar says of an instant.

    Attributes:
        closed: what closes it; None where it is open.
        opens: the first instant from there on that is open: the instant itself where it is; None where none comes.
    """

    at: datetime
    closed: Closing | None
    opens: datetime | None


def look(closings: Iterable[Closing], at: datetime) -> Look:
    """Whether an instant is open, and which is the next one that is.

    Args:
        closings: those that hold.
        at: any instant with a zone.
    """
    known = tuple(closings)
    closed, begins = _first(known, at), at.astimezone(UTC)
    while begins - at <= HORIZON:
        closing = _first(known, begins)
        until = closing.until(begins) if closing else None
        if until is None:
            return Look(at=at, closed=closed, opens=begins)
        begins = until.astimezone(UTC)
    return Look(at=at, closed=closed, opens=None)


def _first(closings: Iterable[Closing], at: datetime) -> Closing | None:
    return next((each for each in closings if each.until(at) is not None), None)


def _spelled(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else ""
