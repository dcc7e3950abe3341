"""Alerts about forensic cases: that one has begun, and that one of its clocks has run out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from levee.alerts.models import Alert
from levee.alerts.types import AlertKind

if TYPE_CHECKING:
    from levee.exposure.types import ForensicCase
    from levee.platform.database.acting import Act


def alert(act: Act, case: ForensicCase, *, ran_out: bool) -> Alert:
    """What is told of a case; its key follows from the case and the clock, so that each is told once.

    Args:
        act: the run that found out.
        case: as it stands.
        ran_out: one of its clocks has run out; else it has begun.
    """
    open_clocks = [clock for clock in case.clocks if clock.done_at is None]
    late = [clock for clock in open_clocks if clock.late]
    clock = late[-1] if ran_out and late else (open_clocks or case.clocks)[0]
    by = f"{clock.due_at:%a} {clock.due_at.day} {clock.due_at:%b %H:%M} UTC"
    return Alert(
        id=uuid5(case.id, clock.step if ran_out else "begun"),
        organisation=act.actor.party,
        at=act.now,
        kind=AlertKind.CLOCK if ran_out else AlertKind.FORENSICS,
        forensic=case.id,
        title=f"Look for a break-in: {case.vulnerability}",
        lines=[f"{each.title}: within {each.hours} hours. {each.how}" for each in open_clocks],
        reason=_late(case, clock.hours) if ran_out else _begun(case),
        band=f"since {by}" if clock.late else f"by {by}",
        due_at=clock.due_at,
        urgent=True,
        waits=False,
    )


def _begun(case: ForensicCase) -> str:
    return (
        f"Attackers use {case.vulnerability}, says {case.listed_by}, and it gives total control of {case.where}, "
        f"which your list shows. {case.row[:1].upper()}{case.row[1:]} asks for this."
    )


def _late(case: ForensicCase, hours: int) -> str:
    return f"The {hours} hour clock for {case.where} has run out, and nothing is written down for it."
