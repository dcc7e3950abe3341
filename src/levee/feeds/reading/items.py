from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, TypeAlias

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.feeds.kinds import Says


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a feed: where it is, and its bytes."""

    place: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Heading:
    """What a feed says about itself.

    Attributes:
        data_at: of when its data are.
        edition: the publisher's own name for this state, such as a catalogue version or a model version.
    """

    data_at: datetime | None = None
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One signal about one vulnerability; `at` is since when it is so, None for the date of the feed's data."""

    vulnerability: str
    says: Says
    value: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One advisory, as plain JSON values; its digest is the same by whatever way it came.

    Attributes:
        name: its identifier, unique within the feed. modified: when it was last changed.
        digest: SHA-256 over its canonical spelling. packed: that spelling, compressed.
    """

    name: str
    modified: datetime
    digest: bytes
    packed: bytes

    @staticmethod
    def of(name: str, modified: datetime, value: object) -> Document:
        """Pack a document."""
        spelled = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        return Document(name, modified, hashlib.sha256(spelled).digest(), zlib.compress(spelled, 1))


def unpacked(packed: bytes) -> Mapping[str, Any]:
    """The document that was packed; its bytes were checked before they were kept."""
    found: Mapping[str, Any] = json.loads(zlib.decompress(packed))
    return found


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that could not be taken: where it stands and why."""

    place: str
    reason: str


Item: TypeAlias = "Heading | Statement | Document | Refusal"


def refusal(place: str, error: Exception) -> Refusal:
    """What to say of an error in one member or row."""
    inner = getattr(error, "place", "")
    inner = "" if "://" in inner else inner  # the place is one in the feed already
    return Refusal(f"{place} {inner}".strip(), getattr(error, "message", "") or str(error) or type(error).__name__)


def instant(text: str, place: str) -> datetime:
    """A time or a day in UTC; a time without a zone is taken as UTC, as most feeds mean it.

    Raises:
        BadInput: it is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(f"{text[:40]!r} is neither a day nor a time", code="feed.time", place=place) from error
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise BadInput("a time outside the calendar", code="feed.time", place=place) from error


def midnight(moment: datetime) -> datetime:
    """The beginning of its day in UTC."""
    return datetime.combine(moment.date(), time(tzinfo=UTC))
