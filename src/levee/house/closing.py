"""From what somebody wrote to a closing that can stand. No database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.house.calendar import ClosedOn, Closing
from levee.kernel.errors import BadInput
from levee.kernel.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from levee.house.types import Given

NEEDS = {
    ClosedOn.WEEKDAY: ("weekday",),
    ClosedOn.DAY: ("day",),
    ClosedOn.HOURS: ("opens", "closes"),
    ClosedOn.FREEZE: ("start", "end"),
}
"""What each kind takes; the rest stays empty."""
LAST_WEEKDAY = 6
FIRST_YEAR, LAST_YEAR = 2000, 2200


def closing(kind: ClosedOn, *, zone: str, because: str, given: Mapping[str, Given]) -> Closing:
    """A closing, checked.

    Args:
        kind: which.
        zone: a name in the IANA database.
        because: why.
        given: `weekday`, `day`, `opens` and `closes`, or `start` and `end`, as the kind needs; nothing else.

    Raises:
        BadInput: with the field that is missing, not of this kind, or the wrong way round.
    """
    if not because.strip():
        raise BadInput("say why; everyone who takes part reads it", place="because")
    fields = {name: value for name, value in given.items() if value is not None}
    for name in NEEDS[kind]:
        if name not in fields:
            raise BadInput(f"this is needed for the kind {kind.value}", place=name)
    for name in fields.keys() - set(NEEDS[kind]):
        raise BadInput(f"this is not for the kind {kind.value}", place=name, advice="leave it empty")
    found = Closing(kind=kind, zone=zone_of(zone), because=because.strip(), **fields)  # type: ignore[arg-type]  # checked above
    _in_order(found)
    for place, at in (("day", found.day), ("start", found.start), ("end", found.end)):
        if at is not None:
            within(at, place)
    return found


def within(at: date, place: str) -> None:
    """Refuse a day or an instant that no house looks at: calendars of machines have ends."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise BadInput(f"between the years {FIRST_YEAR} and {LAST_YEAR}", place=place)


def _in_order(found: Closing) -> None:
    if found.weekday is not None and not 0 <= found.weekday <= LAST_WEEKDAY:
        raise BadInput("from 0 for Monday to 6 for Sunday", place="weekday")
    if found.opens is not None and found.closes is not None and found.opens >= found.closes:
        raise BadInput("it closes after it opens, on the same day", place="closes")
    if found.start is None or found.end is None:
        return
    for place, at in (("start", found.start), ("end", found.end)):
        if at.tzinfo is None:
            raise BadInput("an instant has a zone, such as 2026-12-20T08:00:00Z", place=place)
    if found.start >= found.end:
        raise BadInput("a window ends after it starts", place="end")
