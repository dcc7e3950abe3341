from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActions(Event):
    """An operator has actions that it had not before, or whose band became stricter; the subject is the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown(Event):
    """Actions were retracted, because an advisory was withdrawn or corrected; the subject is the operator."""
