from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of the outbox."""

    id: UUID
    address: str
    text: str
    queued_at: datetime
    sent_at: datetime | None
