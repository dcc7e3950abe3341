from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.feeds.kinds import Kind, Says

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

__all__ = ["CameBy", "Detail", "Feed", "Kind", "Load", "LoadState", "Record", "Refusal", "Says"]


HOURS_A_DAY = 24


class CameBy(StrEnum):
    """By what way a feed's data came here."""

    NETWORK = "network"
    FOLDER = "folder"
    HOUSE = "house"


class LoadState(StrEnum):
    """How an attempt to take a feed stands."""

    WAITING = "waiting"
    RUNNING = "running"
    LOADED = "loaded"
    UNCHANGED = "unchanged"
    KEPT_OUT = "kept out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source and the state of what is held of it.

    Attributes:
        name: short and unique. title: for people. held: advisories or signals. via: the feed that it came through.
        data_at: of when the data are, by the publisher's word; None where it says nothing.
        edition: the publisher's own name for it, such as the model of a score.
        version: names this very state: name, date and digest; the same for equal data by whatever way they came.
        fetched_at, came_by, place: when they came here, how and from where. checked_at: when they were last looked for.
        hours_old, days_old: whole ones since `data_at`, or since they came where that is not stated; None before the
            first load.
        stopped_at: since when its source is not looked at any more, by somebody's decision.
        stale: they were not looked for in three times the feed's interval.
        note: what is odd about the dates. alarm: why newer data were kept out. failure: why the last pull failed.
    """

    id: UUID
    name: str
    title: str
    kind: Kind
    urls: tuple[str, ...]
    hours: int
    via: UUID | None
    held: int
    since: datetime | None
    data_at: datetime | None
    edition: str
    version: str
    fetched_at: datetime | None
    checked_at: datetime | None
    came_by: str
    place: str
    stopped_at: datetime | None
    hours_old: int | None
    stale: bool
    note: str
    alarm: str
    failure: str

    @property
    def days_old(self) -> int | None:
        """See `hours_old`."""
        return None if self.hours_old is None else self.hours_old // HOURS_A_DAY

    @property
    def age(self) -> str:
        """The age in words."""
        if self.days_old is None:
            return "nothing loaded yet"
        if self.days_old < 1:
            return "data of today"
        return f"data is {self.days_old} day{'s' if self.days_old > 1 else ''} old"

    @property
    def doubt(self) -> str:
        """Why the age alone says too little; empty where it does not."""
        if self.alarm:
            return "newer data were kept out"
        if self.stopped_at:
            return "its source is not looked at any more"
        return "not looked at lately" if self.stale or self.failure else ""

    @property
    def line(self) -> str:
        """Name, age and doubt in one line."""
        return f"{self.title}: {self.age}{', ' if self.doubt else ''}{self.doubt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that could not be taken: where it stands and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One attempt to take a feed.

    Attributes:
        read: documents or statements that were understood. changed, gone: of those held before.
        refused: how many could not be taken; `refusals` are at most 5,000 of them.
        why: what it came to, where it was not loaded.
    """

    id: UUID
    feed: UUID
    asked_at: datetime
    ended_at: datetime | None
    state: LoadState
    came_by: str
    place: str
    size: int
    read: int
    changed: int
    gone: int
    refused: int
    refusals: tuple[Refusal, ...]
    version: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A feed and its latest loads, the newest first."""

    feed: Feed
    loads: Sequence[Load]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An advisory of a feed: its key stays the same over all revisions.

    Attributes:
        document: as it stands in the feed; OSV or CSAF, by the kind. gone: the feed no longer holds it, since.
        feed, title, version: the feed's names and the state of it that is held now. removed: the feed was removed.
        batch: the delivery within it that brought this. digest: SHA-256 of the document's canonical spelling.
    """

    id: UUID
    name: str
    kind: Kind
    document: Mapping[str, object]
    modified: datetime
    gone_at: datetime | None
    feed: str
    version: str
    title: str = ""
    batch: UUID | None = None
    digest: str = ""
    removed: bool = False
