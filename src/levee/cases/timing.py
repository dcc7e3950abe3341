"""The clocks of a case as they are kept: which policies, whose word on what happened, and where each clock stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from levee.cases import scopes, types
from levee.cases.beside import of_case
from levee.cases.clocks.happening import Mark, embargo_clock, happened
from levee.cases.clocks.moments import OF_A_VENDOR, OF_THE_CASE, Moment
from levee.cases.clocks.policies import offered, policy
from levee.cases.clocks.running import Kept, running
from levee.cases.models import Adoption, ClockMark, Reminder
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.clocks.running import Clock
    from levee.cases.services.course import Course
    from levee.findings.types import HiddenWords
    from levee.platform.database.acting import Act


def adoptions(act: Act, course: Course) -> Sequence[Adoption]:
    """The policies that are kept in a case now, as far as the actor's party is told of them."""
    rows = of_case(act, Adoption.unscoped.filter(scopes.of_cases(act.actor), dropped_at=None), course.case)
    held = course.held_from(act.actor.party)
    return [row for row in rows.order_by("at", "id") if held is None or row.at < held or row.party == act.actor.party]


def marks(act: Act, course: Course) -> Sequence[ClockMark]:
    """What was stated about clocks, oldest first; the same."""
    rows = of_case(act, ClockMark.unscoped.filter(scopes.of_cases(act.actor)), course.case)
    held = course.held_from(act.actor.party)
    told = rows.order_by("stated_at", "id")
    return [row for row in told if held is None or row.stated_at < held or row.party == act.actor.party]


def clocks(course: Course, kept: Iterable[Adoption], stated: Iterable[ClockMark]) -> list[Clock]:
    """Every clock of a case: that of its embargo first, then by when they run out."""
    seats = {seat.party: seat for seat in course.seats.values()}
    vendors = [
        seat.id
        for seat in course.seats.values()
        if seat.capacity == Capacity.VENDOR and seat.id not in course.standing.left
    ]
    said = [
        Mark(seat=seats[row.party].id, moment=Moment(row.moment), at=row.at) for row in stated if row.party in seats
    ]
    policies = [
        Kept(
            policy=policy(row.policy, row.version),
            seats=frozenset({seat.id}) if seat and seat.capacity == Capacity.VENDOR else None,
        )
        for row in kept
        for seat in [seats.get(row.party)]
    ]
    found = running(policies, happened(course.told, vendors, said), owner=course.standing.owner)
    embargo = embargo_clock(course.told)
    return [*([embargo] if embargo else []), *found]


def may_state(capacity: Capacity | None, kept: Iterable[Adoption]) -> list[Moment]:
    """The moments that a participant may state, of those that the kept policies wait for."""
    own = {Capacity.VENDOR: OF_A_VENDOR, Capacity.OWNER: OF_THE_CASE, Capacity.FINDER: OF_THE_CASE}
    waited: set[Moment] = set().union(*(policy(row.policy, row.version).moments for row in kept))
    return [moment for moment in Moment if moment in waited and capacity and moment in own.get(capacity, frozenset())]


def told(act: Act, course: Course, hidden: HiddenWords) -> types.Timing:
    """Everything about the clocks of a case, as a participant reads it."""
    called = {seat.party: seat.name for seat in course.seats.values()}
    own = next((seat for seat in course.seats.values() if seat.party == act.actor.party), None)
    capacity = Capacity(own.capacity) if own else None
    kept, stated = adoptions(act, course), marks(act, course)
    mine = {row.policy for row in kept if row.party == act.actor.party}
    keeps = act.actor.permits(Action.CLOCK_KEEP)
    run = clocks(course, kept, stated)
    sent = _sent(act, course.case) if run else {}
    return types.Timing(
        clocks=[_clock(act, course, each, own.id if own else None, sent) for each in run],
        policies=[_adoption(row, called, hidden, act.actor.party) for row in kept],
        marks=[_mark(row, called, hidden) for row in stated],
        may_keep=[each for each in offered() if keeps and capacity in each.of and each.name not in mine],
        may_state=may_state(capacity, kept) if keeps else [],
    )


def _sent(act: Act, case: UUID) -> Mapping[tuple[str, datetime | None], Sequence[datetime]]:
    """When the actor's organisation was reminded of each clock, as long as it runs out at the same instant."""
    found: dict[tuple[str, datetime | None], list[datetime]] = defaultdict(list)
    rows = Reminder.unscoped.filter(scopes.reminders(act.actor), case=case).order_by("at")
    for clock, due, at in rows.values_list("clock", "due", "at"):
        found[clock, due].append(at)
    return found


def _clock(
    act: Act,
    course: Course,
    clock: Clock,
    own: UUID | None,
    sent: Mapping[tuple[str, datetime | None], Sequence[datetime]],
) -> types.Clock:
    seat = course.seats.get(clock.seat) if clock.seat else None
    return types.Clock(
        key=clock.key,
        policy=clock.policy,
        name=clock.name,
        says=clock.says,
        asks=seat.name if seat else "everyone",
        yours=clock.seat is None or clock.seat == own,
        starts=clock.starts,
        started_at=clock.started_at,
        due=clock.due,
        done_at=clock.done_at,
        state=clock.state(act.now),
        used=clock.used(act.now),
        reminders=[at for _, at in clock.reminders()],
        reminded_at=sent.get((clock.key, clock.due), ()),
    )


def _adoption(row: Adoption, called: dict[UUID, str], hidden: HiddenWords, party: UUID) -> types.KeptPolicy:
    about = policy(row.policy, row.version)
    return types.KeptPolicy(
        policy=row.policy,
        version=row.version,
        title=about.title,
        source=about.source,
        by=called.get(row.party, ""),
        at=row.at,
        because=hidden.over(row.because),
        yours=row.party == party,
    )


def _mark(row: ClockMark, called: dict[UUID, str], hidden: HiddenWords) -> types.ClockMark:
    return types.ClockMark(
        by=called.get(row.party, ""),
        moment=Moment(row.moment),
        at=row.at,
        evidence=hidden.over(row.evidence),
        stated_at=row.stated_at,
    )
