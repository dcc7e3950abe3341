from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReached(Event):
    """A verdict, or a person's judgement, settled a finding; the subject is the finding."""
