"""The history of a case as it is kept: read, gone through up to now, and added to, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from levee.cases import scopes
from levee.cases.course.replay import Entry, Moves, Standing, replay
from levee.cases.models import Entry as Row
from levee.cases.models import Participant
from levee.cases.rules.reports import Report
from levee.cases.services.rows import hold_alone
from levee.cases.services.watching import watch
from levee.kernel.errors import NotFound
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.rules.embargo import Embargo
    from levee.platform.database.acting import Act

COURSE = "course"


@dataclass(kw_only=True)
class Course:
    """What happened in a case, and where that leaves it.

    Attributes:
        seats: its participants, by key.
        standing: where it stands at the act's instant.
        told: the whole history, the clock's part in its place.
        moved: of each of its entries, the embargo before it and the state of its machine after it.
    """

    case: UUID
    seats: Mapping[UUID, Participant]
    standing: Standing
    told: Sequence[Entry] = ()
    moved: Sequence[tuple[Embargo, str]] = ()
    _number: int = field(default=0)

    def seat_of(self, party: UUID) -> UUID:
        """A party's seat.

        Raises:
            NotFound: it has none.
        """
        for key, seat in self.seats.items():
            if seat.party == party:
                return key
        raise NotFound("there is no such case")

    def held_from(self, party: UUID) -> datetime | None:
        """Since when a party is told nothing new; None where it is told all, or has no seat."""
        own = next((key for key, seat in self.seats.items() if seat.party == party), None)
        return self.standing.held_since(own) if own else None

    def add(self, act: Act, entries: Iterable[Entry]) -> None:
        """Take steps, and keep them.

        Raises:
            AgainstRules: a machine does not take one of them; none was kept.
        """
        rows, entries = [], list(entries)
        for number, entry in enumerate(entries, self._number + 1):
            self.standing = self.standing.after(entry)
            rows.append(
                Row(
                    id=act.new_id(),
                    case=self.case,
                    number=number,
                    at=entry.at,
                    moves=entry.moves,
                    verb=entry.verb,
                    participant=entry.seat,
                    by=act.actor.party,
                    proposal=entry.proposal,
                    end=entry.end,
                    answer_by=entry.answer_by,
                    because=entry.because,
                )
            )
        Row.unscoped.bulk_create(rows)
        self._number += len(rows)
        act.kept.pop((COURSE, self.case), None)
        watch(act, self.case, self.seats, self.standing.owner, entries)


def course_of(act: Act, case: UUID, *, alone: bool = False) -> Course:
    """The course of a case that the actor sees; gone through once in an act that only reads it.

    Args:
        act: the unit of work.
        case: which one.
        alone: hold it until the act ends, so that whoever else adds to it waits; for whoever adds.
    """
    if alone:
        hold_alone(act, case)
        act.kept.pop((COURSE, case), None)
    elif (COURSE, case) in act.kept:
        return cast("Course", act.kept[COURSE, case])
    seats = {row.id: row for row in Participant.unscoped.filter(scopes.of_cases(act.actor), case=case)}
    rows = written(Row.unscoped.filter(scopes.of_cases(act.actor), case=case))
    went = replay(entries_of(rows, seats), start_of(seats.values()), act.now)
    number = rows[-1].number if rows else 0
    course = Course(case=case, seats=seats, standing=went.standing, told=went.told, moved=went.moved, _number=number)
    if not alone:
        act.kept[COURSE, case] = course
    return course


def start_of(seats: Iterable[Participant]) -> Standing:
    """Where a case begins: its finders and its owner have taken the report up, and its vendors have not seen it."""
    seats = list(seats)
    owner = next((each.id for each in seats if each.capacity == Capacity.OWNER), None)
    took = {each.id: Report.ACCEPTED for each in seats if each.capacity in {Capacity.OWNER, Capacity.FINDER}}
    return Standing(owner=owner, reports=took)


class Written(NamedTuple):
    """An entry as it is kept: of a thousand, a row of the model each would cost more than to read them."""

    case: UUID
    number: int
    at: datetime
    moves: str
    verb: str
    participant: UUID | None
    by: UUID
    proposal: UUID | None
    end: datetime | None
    answer_by: datetime | None
    because: str


def written(found: QuerySet[Row]) -> list[Written]:
    """Entries in the order in which they were made."""
    return [Written._make(row) for row in found.order_by("number").values_list(*Written._fields)]


def entries_of(rows: Iterable[Written], seats: Mapping[UUID, Participant]) -> list[Entry]:
    """Rows as the rules read them."""
    by = {seat.party: key for key, seat in seats.items()}
    return [
        Entry(
            at=row.at,
            moves=Moves(row.moves),
            verb=row.verb,
            seat=row.participant,
            by=by.get(row.by),
            proposal=row.proposal,
            end=row.end,
            answer_by=row.answer_by,
            because=row.because,
        )
        for row in rows
    ]
