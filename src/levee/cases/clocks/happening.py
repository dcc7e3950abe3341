"""What has happened in a case, from its history and from what its parties state; and the clock of its embargo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.cases.clocks.moments import OF_A_VENDOR, Moment
from levee.cases.clocks.running import Clock, Happened
from levee.cases.course.replay import Moves
from levee.cases.rules.embargo import EmbargoVerb
from levee.cases.rules.facts import Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.cases.course.replay import Entry

BEFORE_THE_EMBARGO_ENDS = (timedelta(days=7), timedelta(days=1))
_OF_THE_WORLD = {Event.PUBLIC_AWARE: Moment.PUBLIC, Event.ATTACKS_OBSERVED: Moment.ATTACKS}
_OF_A_SEAT = {Event.VENDOR_AWARE: Moment.TOLD, Event.FIX_READY: Moment.FIX_READY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that a party states: a later statement of the same party about the same takes its place.

    Attributes:
        seat: whose word it is.
        at: when it happened.
    """

    seat: UUID
    moment: Moment
    at: datetime


def happened(told: Iterable[Entry], vendors: Iterable[UUID], marks: Iterable[Mark]) -> Happened:
    """What has happened; of what is known in two ways, the earlier instant counts.

    Args:
        told: the case's whole history, in order.
        vendors: the seats of its vendors.
        marks: what was stated, in order.
    """
    case: dict[Moment, datetime] = {}
    of: dict[UUID, dict[Moment, datetime]] = {seat: {} for seat in vendors}
    for entry in told:
        _from_history(entry, case, of)
    for mark in {(each.seat, each.moment): each for each in marks}.values():
        of_one = mark.moment in OF_A_VENDOR or mark.moment is Moment.TOLD  # it came along from an earlier case
        _earliest(of.setdefault(mark.seat, {}) if of_one else case, mark.moment, mark.at)
    for each in of.values():
        if Moment.TOLD in each and Moment.ATTACKS in case:
            _earliest(each, Moment.AWARE_OF_EXPLOITATION, max(each[Moment.TOLD], case[Moment.ATTACKS]))
    return Happened(case=case, vendors=of)


def _from_history(entry: Entry, case: dict[Moment, datetime], of: dict[UUID, dict[Moment, datetime]]) -> None:
    if entry.moves is Moves.FACTS:
        event = Event(entry.verb)
        if event in _OF_THE_WORLD:
            _earliest(case, _OF_THE_WORLD[event], entry.at)
        elif entry.seat in of and event in _OF_A_SEAT:
            _earliest(of[entry.seat], _OF_A_SEAT[event], entry.at)


def _earliest(when: dict[Moment, datetime], moment: Moment, at: datetime) -> None:
    when[moment] = min(at, when.get(moment, at))


def embargo_clock(told: Iterable[Entry]) -> Clock | None:
    """The clock of the end that was agreed last, if one ever was; it asks everyone."""
    agreed = over = None
    for entry in told:
        if entry.moves is Moves.EMBARGO and entry.verb == EmbargoVerb.ACCEPT:
            agreed, over = entry, None
        elif entry.moves is Moves.EMBARGO and entry.verb == EmbargoVerb.TERMINATE:
            over = entry.at
    if agreed is None or agreed.end is None:
        return None
    return Clock(
        key="embargo/end/",
        policy="embargo",
        version=1,
        name="end",
        says="the embargo ends, and publication is permitted",
        seat=None,
        starts=Moment.EMBARGO_AGREED.says,
        started_at=agreed.at,
        due=agreed.end,
        done_at=over,
        remind=BEFORE_THE_EMBARGO_ENDS,
    )
