"""Calls to addresses of the parties when cases change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.types.changes import Changed


class CallState(StrEnum):
    """Where a call to a webhook stands: `dropped` is one for a change that its organisation sees no more."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook of an organisation, called when a case changes that it takes part in.

    Attributes:
        failed_at: since when its calls fail without one that succeeded in between; None while all is well.
        paused: it failed for so long that no more calls are made until somebody switches it on again.
    """

    id: UUID
    url: str
    created_at: datetime
    failed_at: datetime | None
    paused: bool

    @property
    def public_id(self) -> str:
        """`HOK-…`."""
        return public_id("HOK", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to a webhook, made or to be made, and how it ended.

    Attributes:
        case: which case changed; None for a test.
        what: what changed; None for a test.
        not_before: when it is tried, or tried again.
        answer: what the receiver said last, or why it could not be asked.
    """

    id: UUID
    url: str
    case: UUID | None
    what: Changed | None
    state: CallState
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    attempts: int
    answer: str

    @property
    def public_id(self) -> str:
        """`DLV-…`."""
        return public_id("DLV", self.id)

    @property
    def case_id(self) -> str:
        """`CAS-…`; empty for a test."""
        return public_id("CAS", self.case) if self.case else ""

    @property
    def says(self) -> str:
        """What it is about, in words."""
        return self.what.says if self.what else "a test"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSecret:
    """A webhook, and the secret that signs its calls; shown once."""

    id: UUID
    secret: str

    @property
    def public_id(self) -> str:
        """`HOK-…`."""
        return public_id("HOK", self.id)
