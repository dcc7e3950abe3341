"""From when things happened to how long they took. No database."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from levee.measures.skill import skills
from levee.measures.types import Coordination, Line, Spans, Time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from levee.cases.types import Pace, VendorPace

STEPS: Mapping[str, str] = {
    "first_answer": "from the report to the first answer",
    "accepted": "from the report to taking it up",
    "fix_ready": "from the report to a fix",
    "fix_deployed": "from the report to its deployment",
    "public": "from the report to the public",
}
EMBARGO: Mapping[str, str] = {
    "embargo_agreed": "the embargo, as it was agreed first",
    "embargo_held": "the embargo, as it was kept",
}


def coordination_of(paces: Sequence[Pace]) -> Coordination:
    """What the paces of cases say, together and of each vendor in them."""
    lines = tuple(line for pace in paces for line in _lines(pace))
    told = [line for line in lines if line.vendor]
    parties: dict[object, list[Line]] = {}
    names: dict[object, str] = {}
    for pace in paces:
        for vendor, line in zip(pace.vendors, _lines(pace), strict=False):
            parties.setdefault(vendor.party, []).append(line)
            names.setdefault(vendor.party, vendor.name)
    each = [_spans(names[party], of_one) for party, of_one in parties.items()]
    whole = _spans("", told)
    embargoes = {line.case: line for line in lines}.values()
    return Coordination(
        cases=len(paces),
        together=Spans(
            name="",
            cases=len(paces),
            times=(*whole.times, *_times(EMBARGO, list(embargoes))),
            skills=whole.skills,
            histories=whole.histories,
        ),
        vendors=tuple(sorted(each, key=lambda spans: spans.name.casefold())),
        lines=lines,
    )


def _spans(name: str, lines: Sequence[Line]) -> Spans:
    return Spans(
        name=name,
        cases=len({line.case for line in lines}),
        times=tuple(_times(STEPS, lines)),
        skills=skills(line.history for line in lines),
        histories=len(lines),
    )


def _times(steps: Mapping[str, str], lines: Sequence[Line]) -> Iterator[Time]:
    for field, says in steps.items():
        took = [hours for line in lines if (hours := getattr(line, field)) is not None]
        if took:
            yield Time(says, round(median(took), 1), len(took))


def _lines(pace: Pace) -> list[Line]:
    return [_line(pace, vendor) for vendor in pace.vendors] or [_line(pace, None)]


def _line(pace: Pace, vendor: VendorPace | None) -> Line:
    start = vendor.received_at if vendor else None
    return Line(
        case=pace.public_id,
        vendor=vendor.name if vendor else "",
        first_answer=_hours(start, vendor.answered_at if vendor else None),
        accepted=_hours(start, vendor.accepted_at if vendor else None),
        fix_ready=_hours(start, vendor.ready_at if vendor else None),
        fix_deployed=_hours(start, vendor.deployed_at if vendor else None),
        public=_hours(start, vendor.public_at if vendor else None),
        embargo_agreed=_hours(pace.embargo_since, pace.embargo_until),
        embargo_held=_hours(pace.embargo_since, pace.embargo_ended_at),
        history=vendor.history if vendor else "",
    )


def _hours(start: datetime | None, end: datetime | None) -> float | None:
    """None where either is open, or what was to come after was there before: the flaw was public already."""
    if start is None or end is None or end < start:
        return None
    return round((end - start).total_seconds() / 3600, 2)
