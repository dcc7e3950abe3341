from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.events import Event

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActions(Event):
    """An operator has actions that it had not before, or whose band became stricter; the subject is the operator.

    Attributes:
        steps: what happened to each of them; `selectors.news` tells it.
    """

    steps: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown(Event):
    """Actions were retracted: an advisory was withdrawn or corrected, or a statement excuses it; for the operator.

    Attributes:
        steps: what happened to each of them; `selectors.news` tells it.
    """

    steps: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """An operator chose other tables or assumptions, so that its dates follow anew; the subject is the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsChanged(Event):
    """An operator relies on a document of statements (VEX), or no longer does; the subject is the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRunsOut(Event):
    """An exception ends soon, or a forensic clock has run out; the subject is the operator, `page` where it stands."""

    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensicsBegun(Event):
    """A forensic case was opened, and its clocks run; the subject is the operator, `page` where it stands."""

    page: str = "/forensics/"
