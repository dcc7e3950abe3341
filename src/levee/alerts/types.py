from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Says(StrEnum):
    """How much a mail says: the reason, or only that there is something to look at."""

    REASON = "reason"
    SOMETHING = "something"


class AlertKind(StrEnum):
    """What an alert is about."""

    NEW = "new"
    STRICTER = "stricter"
    AGAIN = "again"
    STAND_DOWN = "stand_down"
    FORENSICS = "forensics"
    CLOCK = "clock"


class Channel(StrEnum):
    """By which way a delivery leaves. Feeds are fetched, so nothing leaves by them."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Purpose(StrEnum):
    """Why a delivery leaves."""

    ALERT = "alert"
    COLLECTED = "collected"
    BRIEF = "brief"
    TEST = "test"


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `held`: until its hour, its text is not written yet. `writing`: a job writes it. `waiting`: written. `leaving`:
    handed to the way out. The rest are ends: `sent`, `failed` for good, `dropped` because nothing was left to tell.
    """

    HELD = "held"
    WRITING = "writing"
    WAITING = "waiting"
    LEAVING = "leaving"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How an operator wants to be told.

    Attributes:
        mail: whether by mail at all. address: where to; the organisation's contact where empty.
        says: how much a mail says.
        zone: the time zone (IANA) that all hours below are of.
        quiet_from, quiet_to: no mail between them; None for no quiet hours. May pass midnight.
        urgent_in_quiet: what has three days at most comes all the same.
        digest_at: when the daily mail comes about what has more time.
        brief_day: the day of the weekly brief, 0 for Monday; None for no brief. It comes at the same hour.
        hourly: at most so many mails at once in an hour, and calls of one webhook; what is more comes together later.
    """

    mail: bool = True
    address: str = ""
    says: Says = Says.REASON
    zone: str = "UTC"
    quiet_from: time | None = None
    quiet_to: time | None = None
    urgent_in_quiet: bool = False
    digest_at: time = time(7)
    brief_day: int | None = None
    hourly: int = 6


USUAL: Final = Preferences()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing that an operator is told, once.

    Attributes:
        action, forensic: what it is about, either an action or a forensic case.
        title: what to do, in one line. reason: why this operator. band: how long there is, in words.
        urgent: three days at most.
    """

    id: UUID
    at: datetime
    kind: AlertKind
    action: UUID | None
    title: str
    reason: str
    band: str
    due_at: datetime | None
    urgent: bool
    forensic: UUID | None = None

    @property
    def action_id(self) -> str | None:
        """`ACT-…`."""
        return public_id("ACT", self.action) if self.action else None

    @property
    def forensic_id(self) -> str | None:
        """`FRN-…`."""
        return public_id("FRN", self.forensic) if self.forensic else None

    @property
    def page(self) -> str:
        """Path of the page that it leads to."""
        return f"/forensics/{self.forensic_id}/" if self.forensic else f"/actions/{self.action_id}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that was sent or is to be sent, and how it ended."""

    id: UUID
    channel: Channel
    purpose: Purpose
    state: DeliveryState
    to: str
    subject: str
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    attempts: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook.

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
class FeedToken:
    """A secret address of the feed, without its secret."""

    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None

    @property
    def public_id(self) -> str:
        """`FED-…`."""
        return public_id("FED", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Something made just now with a secret that is shown once."""

    id: UUID
    secret: str
