"""Clocks that run in a case, and the policies behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from levee.cases.clocks.moments import Moment
    from levee.cases.clocks.policies import Policy
    from levee.cases.clocks.running import State as ClockState


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock of a case.

    Attributes:
        policy: whose time limit it is; "embargo" for the end that was agreed.
        says: what is due.
        asks: of whom, as the case calls it.
        yours: it asks the reader.
        starts: what starts it, as a sentence.
        due: when it runs out; None while it waits to be started.
        done_at: when what it asks for came.
        used: how much of its time is used, from 0 to 1.
        reminders: when whoever it asks is reminded.
        reminded_at: when the reader's own organisation was.
    """

    key: str
    policy: str
    name: str
    says: str
    asks: str
    yours: bool
    starts: str
    started_at: datetime | None
    due: datetime | None
    done_at: datetime | None
    state: ClockState
    used: float
    reminders: Sequence[datetime]
    reminded_at: Sequence[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """A policy with time limits that a party keeps in a case.

    Attributes:
        by: the party, as the case calls it.
        yours: the reader's own organisation keeps it, and may drop it.
    """

    policy: str
    version: int
    title: str
    source: str
    by: str
    at: datetime
    because: str
    yours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMark:
    """A party's word that something happened that starts or stops clocks."""

    by: str
    moment: Moment
    at: datetime
    evidence: str
    stated_at: datetime

    @property
    def says(self) -> str:
        """Such as "the early warning was sent"."""
        return self.moment.says


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All about the clocks of a case.

    Attributes:
        may_keep: the policies that the reader may bring in.
        may_state: what the reader may state.
    """

    clocks: Sequence[Clock]
    policies: Sequence[KeptPolicy]
    marks: Sequence[ClockMark]
    may_keep: Sequence[Policy]
    may_state: Sequence[Moment]
