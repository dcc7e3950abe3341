"""A clock as a picture: a bar from its start to its end, how much of it is used, and where now is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.web.tables import Tone

if TYPE_CHECKING:
    from datetime import datetime

SOON = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn clock; places are percentages of its width.

    Attributes:
        description: all that the picture says, in words.
        used: to where it is used up. due: where it ends. now: where now is; all from 0 to 100.
    """

    description: str
    starts_at: datetime
    due_at: datetime
    used: str
    due: str
    now: str
    tone: Tone


def picture(starts_at: datetime, due_at: datetime | None, now: datetime) -> Picture | None:
    """The picture of a clock; None where there is no date to run to.

    Args:
        starts_at: when it started.
        due_at: when it ends.
        now: the present instant.
    """
    if due_at is None or due_at <= starts_at:
        return None
    end = max(due_at, now)
    whole = (end - starts_at).total_seconds()
    gone = min(max((now - starts_at).total_seconds() / whole, 0), 1)
    due = (due_at - starts_at).total_seconds() / whole
    late = now > due_at
    share = (due_at - now).total_seconds() / (due_at - starts_at).total_seconds()
    tone = Tone.STOP if late else Tone.WARN if share <= SOON else Tone.INFO
    return Picture(
        description=f"From {starts_at:%Y-%m-%d %H:%M} to {due_at:%Y-%m-%d %H:%M} UTC: {left(due_at, now)}.",
        starts_at=starts_at,
        due_at=due_at,
        used=_place(min(gone, due)),
        due=_place(due),
        now=_place(gone),
        tone=tone,
    )


def left(due_at: datetime, now: datetime) -> str:
    """How long a clock still has, or for how long it is late, such as "3 days left"."""
    span = abs(due_at - now)
    hours = span.seconds // 3600
    length = f"{span.days} days" if span.days > 1 else f"{span.days * 24 + hours} hours"
    return f"{length} late" if now > due_at else f"{length} left"


def _place(share: float) -> str:
    return f"{share * 100:.1f}"
