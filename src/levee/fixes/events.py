from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FixChecked(Event):
    """A fix was checked, to whatever level; the subject is the fix."""
