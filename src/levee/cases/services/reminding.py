"""Reminders of clocks: each once, by a run that acts for the party and sees what the party sees."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.selectors import capacity
from levee.access.services import demand
from levee.cases import scopes, timing
from levee.cases.clocks.running import STILL_ASKS
from levee.cases.lineage import last
from levee.cases.models import Reminder
from levee.cases.services.course import course_of
from levee.cases.services.rows import by_link, case_for
from levee.cases.services.watching import WATCH_CLOCKS
from levee.cases.silence import ladder_clocks, silences_of
from levee.house.services import alarm
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.platform.jobs import enqueue
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from levee.cases.clocks.running import Clock
    from levee.cases.models import Participant
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

REMIND = "cases.remind"
PAGE = "/cases/"
"""Where a reminder leads: it tells neither which case nor which clock."""
A_MOMENT_AFTER = timedelta(minutes=1)
"""Reminders are looked for so long after their instant, so that a machine's clock that is set back loses none."""
TRY_AGAIN = timedelta(hours=1)


def watch_clocks(actor: Actor, case: UUID) -> None:
    """Something happened: remind the actor's party of what has come near by now, and look again at the next instant.

    Args:
        actor: a run for a party to the case.
        case: the case; nothing is done where the party sees it no more.
    """
    with acting(actor) as act:
        _remind(act, case, anew=True)


def remind(actor: Actor, case: UUID) -> None:
    """The time of a reminder has come: remind, and look again at the next.

    Of several runs that come for the same instant, the first reminds and goes on; the others end here.
    """
    with acting(actor) as act:
        _remind(act, case, anew=False)


def look_again(actor: Actor, case: UUID, _failure: str) -> None:
    """After the last try of either: clocks go on, so they are looked at again."""
    with acting(actor) as act:
        enqueue(act, WATCH_CLOCKS, subject=case, party=actor.party, delay=TRY_AGAIN)


def _remind(act: Act, case: UUID, *, anew: bool) -> None:
    if capacity(act, case) is None or _goes_on_elsewhere(act, case):
        return
    demand(act, Action.CLOCK_REMIND, subject=case)
    hold(f"reminders of {case} to {act.actor.party}")
    course = course_of(act, case)
    seat = course.seats[course.seat_of(act.actor.party)]
    asking = [each for each in _clocks(act, course) if _asks(each, seat, course)]
    new = list(_new(act, case, asking))
    Reminder.unscoped.bulk_create(new)
    if new and not by_link(seat):
        alarm(act, act.actor.party, page=PAGE)
    ahead = [at for clock in asking if clock.done_at is None for _, at in clock.reminders() if at > act.now]
    if ahead and (new or anew):
        enqueue(act, REMIND, subject=case, party=act.actor.party, delay=min(ahead) - act.now + A_MOMENT_AFTER)


def _goes_on_elsewhere(act: Act, case: UUID) -> bool:
    """Whether the party is reminded of the same in the case that took this one's place."""
    row = case_for(act, case)
    return row.successor is not None and last(act, row) is not None


def _clocks(act: Act, course: Course) -> list[Clock]:
    clocks = timing.clocks(course, timing.adoptions(act, course), timing.marks(act, course))
    if course.seat_of(act.actor.party) != course.standing.owner:
        return clocks
    return clocks + ladder_clocks(course, silences_of(act, course))


def _asks(clock: Clock, seat: Participant, course: Course) -> bool:
    """Whether a party is told of a clock: it asks that party, or all; the owner hears of every one in its case."""
    return clock.seat is None or seat.id in {clock.seat, course.standing.owner}


def _new(act: Act, case: UUID, clocks: list[Clock]) -> Iterator[Reminder]:
    sent = set(
        Reminder.unscoped.filter(scopes.reminders(act.actor), case=case).values_list("clock", "due", "hours_before")
    )
    for clock in clocks:
        for before, at in clock.reminders():
            hours = round(before / timedelta(hours=1))
            if (
                clock.due
                and at <= act.now
                and _still(clock, before, act.now)
                and (clock.key, clock.due, hours) not in sent
            ):
                yield Reminder(
                    id=act.new_id(),
                    organisation=act.actor.party,
                    case=case,
                    clock=clock.key,
                    due=clock.due,
                    hours_before=hours,
                    at=act.now,
                )


def _still(clock: Clock, before: timedelta, now: datetime) -> bool:
    """Whether a reminder is worth sending: nothing came yet, or it is over just as it was to be."""
    return clock.state(now) in STILL_ASKS or (not before and clock.done_at == clock.due)
