"""How many new items a project is handed in a week, in what form, and which of those that wait goes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.cases.projects.policies import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.projects.policies import Terms

WEEK = timedelta(days=7)
UNJUDGED = 50
"""The accuracy, in per cent, of a finder of whom nothing was judged yet: nobody is locked out for being new."""
SEVERITY = {
    "command": 4,
    "memory": 3,
    "file_outside": 3,
    "prototype_pollution": 2,
    "request": 2,
    "growth": 1,
    "exception": 1,
}
"""How bad the effect is that a proof showed; 0 where none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A case that its project's people have not been let in to yet.

    Attributes:
        case: its key.
        since: since when it waits.
        severity: of the worst effect that was shown, as `SEVERITY` has it.
        reached: it is reached from a public entry.
        accuracy: how often its best finder was right, in per cent; None where nothing was judged.
        confirmed: a finding of it is confirmed, or accepted by a named person.
        fixed: a fix of it is verified.
    """

    case: UUID
    since: datetime
    severity: int = 0
    reached: bool = False
    accuracy: int | None = None
    confirmed: bool = False
    fixed: bool = False

    def lacks(self, takes: Takes) -> str:
        """What a project waits for before it takes this; empty where it takes it as it is."""
        if takes is Takes.WITH_FIX and not self.fixed:
            return "a verified fix"
        if takes is Takes.CONFIRMED and not self.confirmed:
            return "a confirmed finding"
        return ""


def in_order(items: Iterable[Item]) -> list[Item]:
    """The worst first, then those of the more accurate finder, then those that wait longest."""
    return sorted(items, key=_order)


def _order(item: Item) -> tuple[int, bool, int, datetime, UUID]:
    accuracy = UNJUDGED if item.accuracy is None else item.accuracy
    return (-item.severity, not item.reached, -accuracy, item.since, item.case)


def room(terms: Terms, handed: Iterable[datetime], now: datetime) -> int | None:
    """How many more items may be handed on now; None for any number.

    Args:
        terms: the project's policy.
        handed: when each earlier item was.
        now: the instant; what was handed on a week ago to the moment counts no more.
    """
    if terms.per_week is None:
        return None
    return max(0, terms.per_week - sum(now - WEEK < at <= now for at in handed))


def next_room(terms: Terms, handed: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next item may be handed on; None where that is now."""
    if terms.per_week is None or room(terms, handed, now):
        return None
    return sorted(handed)[-terms.per_week] + WEEK


def due(terms: Terms, waiting: Iterable[Item], handed: Sequence[datetime], now: datetime) -> list[Item]:
    """What is handed on now, in order: what the project takes as it is, as far as there is room."""
    taken = [each for each in in_order(waiting) if not each.lacks(terms.takes)]
    return taken[: room(terms, handed, now)]
