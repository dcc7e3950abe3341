"""When what happened in many cases, from their histories: read in a few questions, however many cases there are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from levee.cases import scopes, types
from levee.cases.course.replay import Moves, Standing, replay
from levee.cases.models import Answer, Case, Entry, Participant
from levee.cases.rules.embargo import EmbargoVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.cases.services.course import Written, entries_of, written
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act

OfCase = TypeVar("OfCase", Participant, Written)


def paces(act: Act, *, limit: int) -> list[types.Pace]:
    """The pace of the newest cases that the actor's party takes part in.

    An owner is told of every vendor, a vendor of itself alone, and others of the embargo.
    """
    rows = list(Case.unscoped.filter(scopes.cases(act.actor)).order_by("-opened_at", "id")[:limit])
    keys = [row.id for row in rows]
    seats = _by_case(Participant.unscoped.filter(scopes.of_cases(act.actor), case__in=keys).order_by("since", "id"))
    told = Entry.unscoped.filter(scopes.of_cases(act.actor), case__in=keys).exclude(moves=Moves.CLOCK)
    steps, answered = _by_case(written(told)), _answered(act, keys)
    return [_pace(act, row, seats[row.id], steps[row.id], answered) for row in rows]


def _by_case(rows: Iterable[OfCase]) -> dict[UUID, list[OfCase]]:
    found: dict[UUID, list[OfCase]] = defaultdict(list)
    for row in rows:
        found[row.case].append(row)
    return found


def _answered(act: Act, keys: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each vendor's seat answered first."""
    found: dict[UUID, datetime] = {}
    rows = Answer.unscoped.filter(scopes.of_cases(act.actor), case__in=keys).order_by("at")
    for seat, at in rows.values_list("participant", "at"):
        found.setdefault(seat, at)
    return found


def _pace(
    act: Act, row: Case, seats: Sequence[Participant], steps: Sequence[Written], answered: Mapping[UUID, datetime]
) -> types.Pace:
    own = next((seat for seat in seats if seat.party == act.actor.party), None)
    capacity = Capacity(own.capacity) if own else Capacity.OBSERVER
    start, until, ended = _embargo(act, steps)
    return types.Pace(
        case=row.id,
        opened_at=row.opened_at,
        capacity=capacity,
        embargo_since=start,
        embargo_until=until,
        embargo_ended_at=ended,
        vendors=[
            _vendor(seat, steps, answered.get(seat.id))
            for seat in seats
            if seat.capacity == Capacity.VENDOR and (capacity is Capacity.OWNER or seat is own)
        ],
    )


def _embargo(act: Act, steps: Sequence[Written]) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Since when there was an embargo, until when it was agreed first, and when it ended."""
    of_embargo = [each for each in steps if each.moves == Moves.EMBARGO]
    told = replay(entries_of(of_embargo, {}), Standing(), act.now).told
    agreed = next((each for each in told if each.verb == EmbargoVerb.ACCEPT), None)
    ended = next((each.at for each in told if each.verb == EmbargoVerb.TERMINATE), None)
    return (agreed.at, agreed.end, ended) if agreed else (None, None, None)


def _vendor(seat: Participant, steps: Sequence[Written], answered_at: datetime | None) -> types.VendorPace:
    reached: dict[str, datetime] = {}
    letters: dict[str, None] = {}
    for step in steps:
        if step.participant not in {None, seat.id} or step.moves not in {Moves.REPORT, Moves.FACTS}:
            continue
        reached.setdefault(step.verb, step.at)
        if step.moves == Moves.FACTS:
            letters.setdefault(step.verb)
    return types.VendorPace(
        party=seat.party,
        name=seat.name,
        received_at=reached.get(ReportVerb.RECEIVE),
        answered_at=answered_at,
        accepted_at=reached.get(ReportVerb.ACCEPT),
        ready_at=reached.get(Event.FIX_READY),
        deployed_at=reached.get(Event.FIX_DEPLOYED),
        public_at=reached.get(Event.PUBLIC_AWARE),
        history="".join(letters),
    )
