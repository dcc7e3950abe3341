from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReceived(Event):
    """A finding was taken in; the subject is the finding."""
