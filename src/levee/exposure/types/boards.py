from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.types.actions import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many actions of an operator stand where."""

    open: int
    claimed: int
    excepted: int
    confirmed: int
    overdue: int
    retracted: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many actions stand in one band, and how many of them are past their date; no days: the next upgrade."""

    days: int | None
    forensics: bool
    count: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many actions stood where when a week ended."""

    ends_at: datetime
    open: int
    claimed: int
    confirmed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many actions belong to somebody or rest on something; no name: the operator itself."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What an operator sees at one glance, beside its list.

    Attributes:
        due: what stands, by band, the most pressing first. weeks: the last twelve, oldest first.
        owners: who has to act. sources: whose advisories say so.
        learnt_at: when the newest advisory was learnt of; None before the first.
    """

    due: tuple[Due, ...]
    weeks: tuple[Week, ...]
    owners: tuple[Share, ...]
    sources: tuple[Share, ...]
    learnt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBoard:
    """What stands with one operator, as its intermediary sees it.

    Attributes:
        operator: its key, with its `name`. may_act: or only see.
        due: open actions by band, the most pressing first. overdue: past their date.
        pressing: the most pressing action; None where nothing is to be done.
        imported_at: when its newest inventory came in; None where there is none.
    """

    operator: UUID
    name: str
    may_act: bool
    due: tuple[Due, ...]
    overdue: int
    pressing: Action | None
    imported_at: datetime | None
