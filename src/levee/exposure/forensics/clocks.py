"""The clocks and the checklist of a forensic case. Pure.

Three rows of BOD 26-04 ask for an investigation: the scope within 2 hours of the addition to KEV, volatile evidence
within 24 hours and before anything is patched, a verdict of the triage within 72 hours. A patch does not answer whether
somebody was in before it, so only a verdict closes the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime


class CaseStep(StrEnum):
    """What a case asks for, in its order, and notes beside it."""

    SCOPE = "scope"
    EVIDENCE = "evidence"
    TRIAGE = "triage"
    NOTE = "note"


class Verdict(StrEnum):
    """What a triage found."""

    NO_SIGNS = "no signs of a break-in"
    SIGNS = "signs of a break-in"
    OPEN = "cannot be told"


@dataclass(frozen=True, slots=True)
class _Asked:
    hours: int
    title: str
    how: str


CHECKLIST: Mapping[CaseStep, _Asked] = {
    CaseStep.SCOPE: _Asked(
        2, "Find out what is affected", "List the machines with this flaw, and who could reach them since it was known."
    ),
    CaseStep.EVIDENCE: _Asked(
        24,
        "Keep what would be lost",
        "Before you change anything: copy the memory, the running programs, the open connections and the logs.",
    ),
    CaseStep.TRIAGE: _Asked(
        72,
        "Say what you found",
        "Look for new accounts, unknown programs, odd connections and changed files, and write down your verdict.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One of the three clocks.

    Attributes:
        title, how: what is asked for, in plain words. hours: from the case's start. due_at: until when.
        done_at: when it was done; None while it is not. late: whether it was done late, or is late now.
    """

    step: CaseStep
    title: str
    how: str
    hours: int
    due_at: datetime
    done_at: datetime | None
    late: bool


def clocks(started_at: datetime, done: Mapping[CaseStep, datetime], now: datetime) -> tuple[Clock, ...]:
    """The three clocks of a case.

    Args:
        started_at: the addition to KEV, or the detection where that came later.
        done: the first entry for each step; for the triage its verdict.
        now: the present instant.
    """
    found = []
    for step, asked in CHECKLIST.items():
        due_at, done_at = started_at + timedelta(hours=asked.hours), done.get(step)
        found.append(
            Clock(
                step=step,
                title=asked.title,
                how=asked.how,
                hours=asked.hours,
                due_at=due_at,
                done_at=done_at,
                late=(done_at or now) > due_at,
            )
        )
    return tuple(found)


def check_verdict(done: Collection[CaseStep], *, closed: bool) -> None:
    """Refuse a verdict that nothing stands behind.

    Raises:
        Conflict: the case has its verdict, or its scope or evidence is not written down.
    """
    if closed:
        raise Conflict("this case has its verdict", code="forensics.closed")
    missing = [step.value for step in (CaseStep.SCOPE, CaseStep.EVIDENCE) if step not in done]
    if missing:
        raise Conflict(
            f"a verdict rests on an entry for: {', '.join(missing)}",
            code="forensics.unfounded",
            advice="write down what there was, or why nothing could be kept",
        )
