from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryPublished(Event):
    """An advisory stands in the public schema; the subject is the advisory."""
