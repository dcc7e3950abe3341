from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case was opened; the subject is the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbargoEnded(Event):
    """An embargo ended before its time; the subject is the case."""
