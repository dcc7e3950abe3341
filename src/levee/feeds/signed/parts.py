"""How a feed is cut into files for handing on: lines of JSON, compressed; a change touches the part that it is in.

Names, kinds and digests say nothing about who holds what: a repository is for everybody.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from levee.feeds.kinds import Kind, Says
from levee.feeds.reading.items import Document, Heading, Item, Refusal, Statement, instant, refusal
from levee.feeds.reading.records import check
from levee.formats.strict_json import as_object, list_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput, LeveeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

INDEX = "feeds.json"
FORMAT = "feeds/1"
SHARDS = 256
LARGEST_PART = 512 << 20
_ONE, _FEW, _MANY = 1, 16, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed as a repository lists it."""

    name: str
    title: str
    kind: str
    hours: int
    edition: str
    data_at: str
    fetched_at: str
    version: str
    parts: tuple[str, ...]

    def heading(self) -> Heading:
        """Its date and edition, as its own publisher said."""
        return Heading(instant(self.data_at, "data_at") if self.data_at else None, self.edition)


def spread(held: int) -> int:
    """Into how many parts a feed of this size is cut: the same for long, so that parts can be compared."""
    return _ONE if held < 1000 else _FEW if held < 20_000 else _MANY  # noqa: PLR2004 - the two steps


def part_name(feed: str, number: int) -> str:
    """The name of a part."""
    return f"{feed}/{number:02x}.jsonl.gz"


def packed(lines: Iterable[Mapping[str, object]]) -> bytes:
    """A part's bytes: the same for the same lines, whenever it is made."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as file:
        for line in lines:
            file.write(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
    return out.getvalue()


def index(feeds: Sequence[Listed]) -> bytes:
    """The list of feeds."""
    return json.dumps({"levee": FORMAT, "feeds": [asdict(each) for each in feeds]}, indent=1).encode()


def read_index(data: bytes) -> Sequence[Listed]:
    """The list of feeds of a repository.

    Raises:
        BadInput: it cannot be read; `place` is a JSON pointer.
    """
    value = as_object(read_json(data), "")
    if text_at(value, "levee", "") != FORMAT:
        raise BadInput("this list of feeds is of a version that is not read", place="/levee", advice="update Levee")
    found = []
    for at, each in enumerate(list_at(value, "feeds", "")):
        place = pointer("/feeds", at)
        source = as_object(each, place)
        told = {
            name: text_at(source, name, place)
            for name in ("name", "title", "kind", "edition", "data_at", "fetched_at", "version")
        }
        hours = source.get("hours")
        found.append(
            Listed(
                **told,
                hours=hours if isinstance(hours, int) and 0 < hours < 10_000 else 24,  # noqa: PLR2004 - about a year
                parts=tuple(str(part) for part in list_at(source, "parts", place)),
            )
        )
    return found


def read_part(kind: Kind, path: Path, name: str) -> Iterator[Item]:
    """What a part holds, each line checked as if it came from its first publisher."""
    size = 0
    with gzip.open(path) as file:
        for number, line in enumerate(file, start=1):
            size += len(line)
            if size > LARGEST_PART:
                raise BadInput("unpacks to more than 512 MiB", place=name)
            place = f"{name} line {number}"
            try:
                value = as_object(read_json(line), "")
                yield _document(kind, value, place) if kind.holds_records else _statement(value)
            except LeveeError as error:
                yield refusal(place, error)


def _document(kind: Kind, value: Mapping[str, Any], place: str) -> Document | Refusal:
    found = check(kind, value.get("document"))
    if found.name != value.get("name"):
        return Refusal(place, "a line's name is not its document's")
    return found


def _statement(value: Mapping[str, Any]) -> Statement:
    try:
        says = Says(text_at(value, "says", ""))
    except ValueError as error:
        raise BadInput("a line says something that is not known here", place="/says", advice="update Levee") from error
    at = text_at(value, "at", "")
    return Statement(
        text_at(value, "vulnerability", ""), says, text_at(value, "value", ""), instant(at, "/at") if at else None
    )


def document_line(name: str, document: Mapping[str, object]) -> Mapping[str, object]:
    """An advisory as a line."""
    return {"name": name, "document": document}


def signal_line(vulnerability: str, says: str, value: str, at: datetime) -> Mapping[str, object]:
    """A signal as a line."""
    return {"vulnerability": vulnerability, "says": says, "value": value, "at": at.isoformat()}


def share(name: str, count: int) -> int:
    """Which of `count` parts a name is in."""
    return hashlib.sha256(name.encode()).digest()[0] * count // SHARDS
