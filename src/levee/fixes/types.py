from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class FixKind(StrEnum):
    """What a fix is."""

    PATCH = "patch"
    UPGRADE = "upgrade"


class Level(IntEnum):
    """How far a fix is verified: it applies, it builds, all proofs fall silent, the tests stay as they were."""

    NONE = -1
    APPLIES = 0
    BUILDS = 1
    SILENT = 2
    KEEPS_TESTS = 3


class FixState(StrEnum):
    """Where a fix stands."""

    WAITING = "waiting"
    VERIFIED = "verified"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A fix and what was seen of it.

    Attributes:
        level: shown as "verified to level n". proofs_silent of proofs_tried fell silent with the fix.
        tests_before, tests_after: passing regression tests without and with it; -1 where there is no suite.
        detail: why it stands at this level.
    """

    id: UUID
    case: UUID
    kind: FixKind
    upgrade: str
    note: str
    author: str
    provider: UUID
    state: FixState
    level: Level
    proofs_tried: int
    proofs_silent: int
    tests_before: int
    tests_after: int
    detail: str
    attached_at: datetime
    checked_at: datetime | None

    @property
    def public_id(self) -> str:
        """`FIX-…`."""
        return public_id("FIX", self.id)
