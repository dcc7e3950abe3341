"""The course of a case as a picture: its embargo, how far each vendor is, and what came out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from levee.cases.course.replay import Moves
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import WORLD, Event
from levee.cases.rules.reports import Report
from levee.policy.actors import Capacity
from levee.web.lanes import Lane, LaneChart, Span, lane_chart
from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.types import Case, Participant, Step

MOST_LANES = 20
"""More vendors than these are told by the table of parties alone."""
_EMBARGO = {
    Embargo.PROPOSED: ("an embargo is proposed", Tone.WARN),
    Embargo.ACTIVE: ("under embargo", Tone.INFO),
    Embargo.REVISE: ("another end is proposed", Tone.WARN),
}
_REPORT = {
    Report.RECEIVED: ("got the report", Tone.WARN),
    Report.VALID: ("found it valid", Tone.INFO),
    Report.ACCEPTED: ("works on it", Tone.INFO),
    Report.INVALID: ("not affected, or invalid", Tone.PLAIN),
    Report.DEFERRED: ("set aside", Tone.PLAIN),
    Report.CLOSED: ("closed", Tone.PLAIN),
}
_FIX = {"VF": ("fix ready", Tone.GOOD), "VFD": ("fix deployed", Tone.GOOD)}


def lanes_of(case: Case, parties: Iterable[Participant], history: Sequence[Step], now: datetime) -> LaneChart:
    """The embargo first, then the vendors in the order in which they came in, then the world."""
    vendors, steps = [each for each in parties if each.capacity is Capacity.VENDOR], _by_seat(history)
    lanes = [Lane(name="Embargo", spans=_spans(_embargo(history), case.embargo_end))]
    lanes += [Lane(name=each.name, spans=_spans(_vendor(steps[each.id]), None)) for each in vendors[:MOST_LANES]]
    lanes.append(Lane(name="Out in the world", spans=_spans(_world(history), None)))
    more = f" {len(vendors) - MOST_LANES} more vendors stand in the table." if len(vendors) > MOST_LANES else ""
    return lane_chart(
        key="course",
        title="The course of the case",
        description=f"Days in UTC; what lies ahead is drawn lighter.{more}",
        lanes=lanes,
        now=now,
    )


def _by_seat(history: Iterable[Step]) -> Mapping[UUID, Sequence[Step]]:
    found: dict[UUID, list[Step]] = defaultdict(list)
    for step in history:
        if step.seat:
            found[step.seat].append(step)
    return found


def _spans(changes: Iterable[tuple[datetime, tuple[str, Tone] | None]], last: datetime | None) -> list[Span]:
    """From what it became when: each lasts until the next, the last one until `last` or now."""
    told = list(changes)
    ends = [*(at for at, _ in told[1:]), *([last] if told else [])]
    return [
        Span(start=at, end=end, says=became[0], tone=became[1])
        for (at, became), end in zip(told, ends, strict=True)
        if became and (end is None or end > at)
    ]


def _embargo(history: Iterable[Step]) -> Iterator[tuple[datetime, tuple[str, Tone] | None]]:
    for step in history:
        if step.moves == Moves.EMBARGO:
            yield step.at, _EMBARGO.get(Embargo(step.state))


def _vendor(steps: Iterable[Step]) -> Iterator[tuple[datetime, tuple[str, Tone] | None]]:
    """A fix says more than the report does, and stays said."""
    fixed = False
    for step in steps:
        if step.moves == Moves.FACTS and step.state in _FIX:
            fixed = True
            yield step.at, _FIX[step.state]
        elif step.moves == Moves.REPORT and not fixed:
            yield step.at, _REPORT.get(Report(step.state))


def _world(history: Iterable[Step]) -> Iterator[tuple[datetime, tuple[str, Tone] | None]]:
    for step in history:
        if step.moves == Moves.FACTS and step.verb in WORLD:
            yield step.at, (Event(step.verb).words, Tone.STOP)
