from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.events import Event

if TYPE_CHECKING:
    from uuid import UUID

    from levee.exposure.types import News


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActions(Event):
    """An operator has actions that it had not before, or whose band became stricter; the subject is the operator.

    Attributes:
        news: what happened to each of them, the most pressing first.
    """

    news: tuple[News, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown(Event):
    """Actions were retracted: an advisory was withdrawn or corrected, or a statement excuses it; for the operator.

    Attributes:
        news: what happened to each of them, the most pressing first.
    """

    news: tuple[News, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """An operator chose other tables or assumptions, so that its dates follow anew; the subject is the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsChanged(Event):
    """An operator relies on a document of statements (VEX), or no longer does; the subject is the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionEndsSoon(Event):
    """An exception ends soon; the subject is the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensicsBegun(Event):
    """Forensic cases were opened, and their clocks run; the subject is the operator.

    Attributes:
        cases: their keys; `selectors.forensic_case` tells each.
    """

    cases: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensicClockRanOut(Event):
    """Clocks of forensic cases have run out without an answer; the subject is the operator.

    Attributes:
        cases: their keys, as above.
    """

    cases: tuple[UUID, ...]
