from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure.actions import wording
from levee.formats.signals import VALUES
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.exceptions.states import LeaveState
    from levee.exposure.forensics.clocks import CaseStep, Clock, Verdict
    from levee.exposure.priority.regimes import Choice
    from levee.exposure.priority.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exception: leave not to do an action until a day, with what protects in the meantime.

    Attributes:
        requested_by, decided_by: names of people. running: it is asked for or approved, and its day has not come.
    """

    id: UUID
    action: UUID
    action_title: str
    state: LeaveState
    reason: str
    mitigation: str
    responsible: str
    until: datetime
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    running: bool

    @property
    def public_id(self) -> str:
        """`EXC-…`."""
        return public_id("EXC", self.id)

    @property
    def action_id(self) -> str:
        """`ACT-…`."""
        return public_id("ACT", self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something written down or kept in a forensic case.

    Attributes:
        by: a person's name. step: what of the checklist it answers. sha256: of the evidence; empty where there is none.
        kept: whether the file itself is here.
    """

    id: UUID
    at: datetime
    by: str
    step: CaseStep
    text: str
    filename: str
    sha256: str
    size: int | None
    kept: bool

    @property
    def public_id(self) -> str:
        """`EVI-…`."""
        return public_id("EVI", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensicCase:
    """The search for a break-in that three rows of BOD 26-04 ask for.

    Attributes:
        row: which row asks for it. listed_at, listed_by: the addition to KEV. started_at: when the clocks started.
        patched_at: when the flaw was gone from the inventories; that closes nothing.
        patched_first: it was gone before any evidence was kept.
        verdict: None while the case is open. verdict_by: a person's name.
    """

    id: UUID
    vulnerability: str
    assets: tuple[str, ...]
    row: str
    listed_at: datetime
    listed_by: str
    started_at: datetime
    opened_at: datetime
    patched_at: datetime | None
    patched_first: bool
    clocks: tuple[Clock, ...]
    entries: tuple[Entry, ...]
    verdict: Verdict | None
    verdict_text: str
    verdict_by: str
    verdict_at: datetime | None

    @property
    def public_id(self) -> str:
        """`FRN-…`."""
        return public_id("FRN", self.id)

    @property
    def open(self) -> bool:
        """Whether it has no verdict yet."""
        return self.verdict is None

    @property
    def late(self) -> int:
        """How many clocks have run out without an answer."""
        return sum(clock.late and clock.done_at is None for clock in self.clocks)

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.assets)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """What an operator's dates follow from.

    Attributes:
        choice: what it chose. table, plant_table: what is in force. bound: the table binds it, whatever it chose.
        tables: all that it may choose from.
    """

    choice: Choice
    table: Table
    plant_table: Table
    bound: bool
    tables: tuple[Table, ...]

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The questions of the two tables in force, with their answers."""
        return {**self.table.choices, **self.plant_table.choices}

    def assumption(self, name: str) -> str:
        """What stands in where nobody answers a question."""
        return self.choice.assumed.get(name, VALUES[name][-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact of an asset that nobody states, though dates rest on it.

    Attributes:
        fact: `exposure` or `criticality`. assumed: what stands in for the answer now.
        days: how much more time the mildest answer would give, summed over its matches. matches: so many rest on it.
    """

    asset: UUID
    asset_name: str
    fact: str
    assumed: str
    days: int
    matches: int

    @property
    def public_id(self) -> str:
        """`AST-…`."""
        return public_id("AST", self.asset)
