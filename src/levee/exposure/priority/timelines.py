"""By when something is to be fixed: a policy table held as data, dated inputs, one clock. Pure.

The clock starts at the earlier of the KEV listing and the detection on the asset, and never before all inputs are known
(BOD 26-04, appendix A, as implementers cite it). The table in force is data with a version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.exposure.priority.tables import milder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.exposure.priority.tables import Band, Table
    from levee.formats.signals import Signal

AHEAD = "dated after it was read: a clock may be off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A due date and everything that it follows from.

    Attributes:
        edition: key and version of the table that decided. title: its name for people.
        row, result, band: what decided, in the table's own count and words.
        starts_at: when the clock started.
        due_at: until when; None for the next upgrade.
        inputs: each of the table's questions with its answer: what was known, and what was assumed.
        held_by: the row that had given this earlier date, where a stricter row would have given a later one.
    """

    edition: str
    title: str
    row: int
    result: str
    band: Band
    starts_at: datetime
    due_at: datetime | None
    inputs: Mapping[str, Signal]
    held_by: str = ""

    def overdue(self, now: datetime) -> bool:
        """Whether the date has passed."""
        return self.due_at is not None and now > self.due_at

    @property
    def assumed(self) -> int:
        """How many of the inputs nobody states."""
        return sum(signal.assumed for signal in self.inputs.values())

    @property
    def decided_by(self) -> str:
        """The row and the table, as a sentence names them."""
        return f"row {self.row} of {self.edition}"


def reachable(inputs: Mapping[str, Signal]) -> bool:
    """Whether the internet reaches what the answers are about, as far as anybody knows or assumes."""
    return any(name in inputs and inputs[name].value in {"yes", "open"} for name in ("exposed", "system_exposure"))


def timeline(
    table: Table,
    inputs: Mapping[str, Signal],
    *,
    detected_at: datetime,
    now: datetime,
    before: Timeline | None = None,
) -> Timeline:
    """Work a due date out.

    Args:
        table: the one in force.
        inputs: the answers to its questions, dated.
        detected_at: when the flaw was first seen on the asset: never before an advisory spoke of it.
        now: what is dated after it is known now, whatever its source's clock says.
        before: what was worked out earlier for the same match. News that make a case more pressing never move its
            date back, so an earlier date is held unless the band became milder.

    Returns:
        The timeline with its row, band and dates.
    """
    inputs = {name: _read(signal, name, now, before) for name, signal in inputs.items()}
    row = table.decide({name: signal.value for name, signal in inputs.items()})
    starts_at = max(_earlier(inputs.get("kev"), detected_at), *(signal.at for signal in inputs.values()))
    fresh = Timeline(
        edition=table.edition,
        title=table.title,
        row=row.number,
        result=row.result,
        band=row.band,
        starts_at=starts_at,
        due_at=None if row.band.days is None else starts_at + timedelta(days=row.band.days),
        inputs=inputs,
    )
    return _held(fresh, before)


def _read(signal: Signal, name: str, now: datetime, before: Timeline | None) -> Signal:
    """A signal that is dated in the future is known since it was first read: one of two clocks is off."""
    if signal.at <= now:
        return signal
    known = before.inputs.get(name) if before else None
    same = known is not None and (known.value, known.source) == (signal.value, signal.source)
    at = min(known.at, now) if known and same else now
    return replace(signal, at=at, detail=signal.detail or AHEAD)


def _earlier(kev: Signal | None, detected_at: datetime) -> datetime:
    return min(kev.at, detected_at) if kev and kev.stated else detected_at


def _held(fresh: Timeline, before: Timeline | None) -> Timeline:
    if before is None or before.due_at is None or milder(fresh.band, before.band):
        return fresh
    if fresh.due_at is not None and fresh.due_at <= before.due_at:
        return fresh
    return replace(fresh, due_at=before.due_at, starts_at=before.starts_at, held_by=before.held_by or before.decided_by)
