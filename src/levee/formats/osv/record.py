"""The record: what matching, alerts and pages need of an OSV document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

import msgspec

from levee.formats.strict_json import Json, as_object, as_text, list_at, object_at, pointer, read_json, text_at
from levee.formats.versions.rpm import epoch_of
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 16 << 20


class EventKind(StrEnum):
    """What happens at a version (`affected[].ranges[].events[]`)."""

    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    LIMIT = "limit"


class RangeKind(Enum):
    """What a range counts in (`affected[].ranges[].type`)."""

    SEMVER = "SEMVER"
    ECOSYSTEM = "ECOSYSTEM"
    GIT = "GIT"


_EVENT_KINDS = {kind.value: kind for kind in EventKind}
_RANGE_KINDS = {kind.value: kind for kind in RangeKind}


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event; `place` is its JSON pointer in the record."""

    kind: EventKind
    version: str
    place: str

    @property
    def of_all(self) -> bool:
        """Whether it stands before or after every version there is, and names none."""
        return (self.kind is EventKind.INTRODUCED and self.version == "0") or (
            self.kind is EventKind.LIMIT and self.version == "*"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Events in the record's own order."""

    kind: RangeKind
    events: tuple[Event, ...]
    place: str
    repo: str = ""
    spans: dict[str, tuple[Span, ...] | None] = field(default_factory=dict, compare=False, repr=False)
    """Its intervals by scheme, once they were asked for."""


class Affected(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One package's part; ecosystem and name are empty where only commits are given."""

    ecosystem: str
    name: str
    place: str
    purl: str = ""
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs of the RPM versions that it names, each once; where it names no version, none is epoch 0."""
        events = [event for part in self.ranges if part.kind is not RangeKind.GIT for event in part.events]
        named = [event.version for event in events if not event.of_all]
        return tuple(sorted({epoch_of(version) for version in (*named, *self.versions)})) or (0,)


class Span(msgspec.Struct, frozen=True, gc=False):
    """Half-open interval of sort keys: `lo <= key`, and `key < hi` unless `hi` is None; with the events behind it."""

    lo: bytes
    hi: bytes | None
    start: Event
    end: Event | None


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One advisory as its source states it. Times are UTC; `published` and `withdrawn` may be absent."""

    id: str
    modified: datetime
    published: datetime | None = None
    withdrawn: datetime | None = None
    summary: str = ""
    details: str = ""
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()


def read_osv(data: bytes) -> Record:
    """Read an OSV record from JSON.

    Raises:
        BadInput: not an OSV record; `place` is a JSON pointer.
        TooLarge: over 16 MiB or 40 levels.
    """
    return osv_record(read_json(data, max_bytes=MAX_BYTES))


def osv_record(value: object) -> Record:
    """Read an OSV record from plain values (JSON or YAML already parsed); errors as for `read_osv`."""
    source = as_object(value, "")
    identifier = text_at(source, "id", "")
    if not identifier:
        raise BadInput("a record has an id", code="osv.id", place="/id")
    modified = _time(source, "modified")
    if modified is None:
        raise BadInput("a record says when it was modified", code="osv.modified", place="/modified")
    return Record(
        id=identifier,
        modified=modified,
        published=_time(source, "published"),
        withdrawn=_time(source, "withdrawn"),
        summary=text_at(source, "summary", ""),
        details=text_at(source, "details", ""),
        aliases=_texts(source, "aliases", ""),
        related=_texts(source, "related", ""),
        upstream=_texts(source, "upstream", ""),
        affected=tuple(
            _affected(as_object(item, place := f"/affected/{number}"), place)
            for number, item in enumerate(list_at(source, "affected", ""))
        ),
        references=_pairs(source, "references", "type", "url"),
        severity=_pairs(source, "severity", "type", "score"),
    )


def _affected(source: Mapping[str, Json], place: str) -> Affected:
    package = object_at(source, "package", place)
    here = f"{place}/package"
    ecosystem, name = text_at(package, "ecosystem", here), text_at(package, "name", here)
    if package and not (ecosystem and name):
        raise BadInput("a package has an ecosystem and a name", code="osv.package", place=here)
    ranges = []
    for number, item in enumerate(list_at(source, "ranges", place)):
        inner = f"{place}/ranges/{number}"
        ranges.append(_range(as_object(item, inner), inner))
    return Affected(
        ecosystem=ecosystem,
        name=name,
        purl=text_at(package, "purl", here),
        ranges=tuple(ranges),
        versions=_texts(source, "versions", place),
        place=place,
    )


def _range(source: Mapping[str, Json], place: str) -> Range:
    kind = _RANGE_KINDS.get(text_at(source, "type", place))
    if kind is None:
        raise BadInput("a range is SEMVER, ECOSYSTEM or GIT", code="osv.range", place=pointer(place, "type"))
    inside = pointer(place, "events")
    events = [_event(item, f"{inside}/{number}") for number, item in enumerate(list_at(source, "events", place))]
    if EventKind.INTRODUCED not in [event.kind for event in events]:
        message = "a range says where it was introduced"
        raise BadInput(message, code="osv.range", place=inside)
    repo = text_at(source, "repo", place)
    if kind is RangeKind.GIT and not repo:
        raise BadInput("a GIT range names its repository", code="osv.range", place=pointer(place, "repo"))
    return Range(kind=kind, events=tuple(events), repo=repo, place=place)


def _event(item: Json, place: str) -> Event:
    source = as_object(item, place)
    if len(source) != 1:
        raise BadInput(
            "an event holds exactly one of introduced, fixed, last_affected, limit", code="osv.event", place=place
        )
    ((name, version),) = source.items()
    kind = _EVENT_KINDS.get(name)
    if kind is None:
        raise BadInput(f"{name[:40]!r} is not an event", code="osv.event", place=place)
    text = version if isinstance(version, str) else as_text(version, pointer(place, name))
    if not text:
        raise BadInput("an event names a version", code="osv.event", place=pointer(place, name))
    return Event(kind, text, place)


def _time(source: Mapping[str, Json], key: str) -> datetime | None:
    value = source.get(key)
    if value is None:
        return None
    text = as_text(value, pointer("", key))
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text[:40]!r} is not an RFC 3339 time", code="osv.time", place=pointer("", key)) from error
    if found.tzinfo is None:
        raise BadInput("a time without a zone", code="osv.time", place=pointer("", key))
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise BadInput("a time outside the calendar", code="osv.time", place=pointer("", key)) from error


def _texts(source: Mapping[str, Json], key: str, place: str) -> tuple[str, ...]:
    listed = list_at(source, key, place)
    return tuple(
        item if isinstance(item, str) else as_text(item, pointer(place, key, at)) for at, item in enumerate(listed)
    )


def _pairs(source: Mapping[str, Json], key: str, first: str, second: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        [_pair(item, first, second, f"/{key}/{number}") for number, item in enumerate(list_at(source, key, ""))]
    )


def _pair(item: Json, first: str, second: str, place: str) -> tuple[str, str]:
    pair = as_object(item, place)
    one, other = pair.get(first), pair.get(second)
    if isinstance(one, str) and isinstance(other, str):
        return one, other
    return text_at(pair, first, place), text_at(pair, second, place)
