from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

MOST_AGAIN = 1000


@dataclass(slots=True)
class Walk:
    """How far a source was followed by its own list of changes, and which of its files are to be tried again.

    Attributes:
        reached: of the newest change that was seen; None before the first.
        again: files that could not be taken last time; `failed` gathers those of this time.
    """

    reached: datetime | None = None
    again: frozenset[str] = frozenset()
    failed: set[str] = field(default_factory=set)

    @staticmethod
    def read(text: str) -> Walk:
        """From what was kept; a text that is none begins anew."""
        try:
            kept = json.loads(text)
            return Walk(datetime.fromisoformat(kept["reached"]), frozenset(kept["again"]))
        except (KeyError, TypeError, ValueError):
            return Walk()

    def wants(self, name: str, changed: datetime) -> bool:
        """Whether a file is to be fetched."""
        return self.reached is None or changed > self.reached or name in self.again

    def after(self, newest: datetime | None) -> str:
        """What to keep once everything was taken that is wanted."""
        reached = max(filter(None, (self.reached, newest)), default=None)
        if reached is None:
            return ""
        return json.dumps({"reached": reached.isoformat(), "again": sorted(self.failed)[:MOST_AGAIN]})
