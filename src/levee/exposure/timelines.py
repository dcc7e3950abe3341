"""By when something is to be fixed: a policy table held as data, four dated inputs, one clock. Pure.

The clock starts at the earlier of the KEV listing and the detection on the asset, and never before all four inputs are
known (BOD 26-04, appendix A, as implementers cite it). The table in force is data with a version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.formats import ssvc

if TYPE_CHECKING:
    from datetime import datetime

TITLE = "BOD 26-04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One input: yes or no, who says so, and since when it is known so.

    Attributes:
        at: since when the value is known; for a yes to KEV, the listing date.
        assumed: nobody says so; the value is the one that the installation assumes.
    """

    value: bool
    source: str
    at: datetime
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The four inputs of the table."""

    kev: Signal
    exposed: Signal
    automatable: Signal
    total: Signal

    def signals(self) -> tuple[Signal, Signal, Signal, Signal]:
        """All four, in the table's order."""
        return (self.kev, self.exposed, self.automatable, self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is taken for an input that nobody states; the strictest by default."""

    kev: bool = True
    exposed: bool = True
    automatable: bool = True
    total: bool = True

    def signal(self, name: str, known: Signal | None, *, since: datetime) -> Signal:
        """The input as known, or as assumed since an instant."""
        if known is not None:
            return known
        return Signal(value=bool(getattr(self, name)), source="assumed: nobody said", at=since, assumed=True)


STRICTEST = Assumptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How long there is: `days` from the start of the clock, or None for the next upgrade."""

    days: int | None
    forensics: bool

    @property
    def label(self) -> str:
        """The band in words."""
        if self.days is None:
            return "with the next upgrade"
        return f"{self.days} days" + (", with forensic investigation" if self.forensics else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A due date and everything that it follows from.

    Attributes:
        edition, row, band: what decided.
        starts_at: when the clock started.
        due_at: until when; None for the next upgrade.
        inputs: what was known, and what was assumed.
        held_by: the row that had given this earlier date, where a stricter row would have given a later one.
    """

    edition: str
    row: int
    band: Band
    starts_at: datetime
    due_at: datetime | None
    inputs: Inputs
    held_by: int | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether the date has passed."""
        return self.due_at is not None and now > self.due_at


def timeline(inputs: Inputs, *, detected_at: datetime, before: Timeline | None = None) -> Timeline:
    """Work a due date out.

    Args:
        inputs: the four answers, dated.
        detected_at: when the flaw was first seen on the asset: never before an advisory spoke of it.
        before: what was worked out earlier for the same match. News that make a case more pressing never move its
            date back, so an earlier date is held unless the band became milder.

    Returns:
        The timeline with its row, band and dates.
    """
    row = ssvc.decide(
        kev=inputs.kev.value,
        exposed=inputs.exposed.value,
        automatable=inputs.automatable.value,
        technical_impact=ssvc.Impact.TOTAL if inputs.total.value else ssvc.Impact.PARTIAL,
    )
    starts_at = max(_earlier(inputs.kev, detected_at), *(signal.at for signal in inputs.signals()))
    fresh = Timeline(
        edition=ssvc.TABLE_ID,
        row=row.row,
        band=Band(days=row.days, forensics=row.forensic),
        starts_at=starts_at,
        due_at=None if row.days is None else starts_at + timedelta(days=row.days),
        inputs=inputs,
    )
    return _held(fresh, before)


def _earlier(kev: Signal, detected_at: datetime) -> datetime:
    return min(kev.at, detected_at) if kev.value and not kev.assumed else detected_at


def _held(fresh: Timeline, before: Timeline | None) -> Timeline:
    if before is None or before.due_at is None or milder(fresh.band, before.band):
        return fresh
    if fresh.due_at is not None and fresh.due_at <= before.due_at:
        return fresh
    return replace(fresh, due_at=before.due_at, starts_at=before.starts_at, held_by=before.held_by or before.row)


def milder(one: Band, other: Band) -> bool:
    """Whether a band leaves more time than another."""
    return strictness(one) > strictness(other)


def strictness(band: Band) -> tuple[float, bool]:
    """A sort key: the most pressing band first."""
    return (float("inf") if band.days is None else band.days, not band.forensics)
