from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an operator is told: of which product, what to do, and how it is to be handled (TLP 2.0)."""

    id: UUID
    product: str
    text: str
    label: str
    at: datetime

    @property
    def public_id(self) -> str:
        """`NOT-…`."""
        return public_id("NOT", self.id)
