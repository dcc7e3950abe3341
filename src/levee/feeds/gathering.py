"""What a feed brings, held against what is held of it: what is new, what is gone, and whether to believe it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Self

from levee.feeds.reading.items import Document, Heading, Item, Refusal, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from levee.feeds.kinds import Says

Key = tuple[str, "Says"]
FEW = 20
"""Below so many, half is no sign of anything."""
MOST_REFUSALS = 5000
_EVERY = 500


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """An advisory as it is held."""

    digest: bytes
    modified: datetime


@dataclass(frozen=True, slots=True)
class HeldSignal:
    """A signal as it is held."""

    value: str
    at: datetime


@dataclass(slots=True)
class Notes:
    """What a feed says of itself, and what could not be taken of it."""

    data_at: datetime | None = None
    edition: str = ""
    read: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def take(self, item: Heading | Refusal) -> None:
        """Note a heading or a refusal."""
        if isinstance(item, Refusal):
            self.refused += 1
            if len(self.refusals) < MOST_REFUSALS:
                self.refusals.append(item)
            return
        self.edition = item.edition or self.edition
        if item.data_at is not None:
            self.data_at = item.data_at if self.data_at is None else max(self.data_at, item.data_at)


def shrunk(*, held: int, came: int) -> bool:
    """Whether so much is missing that it is more likely a mistake or an attack than news."""
    return held > 0 and (came == 0 or (held >= FEW and came * 2 < held))


class Documents:
    """Advisories that differ from those held; their bytes wait in a file, so that a large feed needs little memory.

    Args:
        held: what is held, by name. spool: folder for the file.
    """

    def __init__(self, held: Mapping[str, HeldRecord], spool: Path) -> None:
        self.notes = Notes()
        self._held = held
        self._seen: dict[str, bytes] = {}
        self._changed: dict[str, tuple[Document, int, int]] = {}
        self._file: IO[bytes] = TemporaryFile(dir=spool)  # noqa: SIM115 - closed on leaving

    def __enter__(self) -> Self:
        """Use as a context, so that the file goes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, which nobody else can see."""
        self._file.close()

    def gather(self, items: Iterable[Item], tell: Callable[[int], None]) -> None:
        """Take everything in; raises what `items` raises, and then nothing of it counts."""
        for item in items:
            if isinstance(item, Heading | Refusal):
                self.notes.take(item)
            elif isinstance(item, Document):
                self._document(item)
                if self.notes.read % _EVERY == 0:
                    tell(self.notes.read)

    def _document(self, item: Document) -> None:
        self.notes.read += 1
        if item.name in self._seen and self._seen[item.name] != item.digest:
            self.notes.take(Refusal(item.name, "stands twice with different contents; the newer one is taken"))
            before = self._changed.get(item.name)
            if before is not None and before[0].modified > item.modified:
                return
        held = self._held.get(item.name)
        if held is not None and held.modified > item.modified and held.digest != item.digest:
            self._seen[item.name] = held.digest
            self.notes.take(Refusal(item.name, f"older than what is held (of {held.modified:%Y-%m-%d %H:%M})"))
            return
        self._seen[item.name] = item.digest
        self._changed.pop(item.name, None)
        if held is None or held.digest != item.digest:
            offset = self._file.seek(0, 2)
            self._file.write(item.packed)
            light = Document(item.name, item.modified, item.digest, b"")
            self._changed[item.name] = (light, offset, len(item.packed))

    @property
    def came(self) -> int:
        """How many came."""
        return len(self._seen)

    @property
    def changed(self) -> int:
        """How many are new or differ."""
        return len(self._changed)

    @property
    def held(self) -> int:
        """How many are held once what changed is taken, and nothing is gone."""
        return len(self._held.keys() | self._seen.keys())

    def changes(self) -> Iterator[Document]:
        """Those that are new or differ, by name."""
        for name in sorted(self._changed):
            light, offset, length = self._changed[name]
            self._file.seek(offset)
            yield Document(light.name, light.modified, light.digest, self._file.read(length))

    def gone(self) -> list[str]:
        """The names that are held and did not come."""
        return sorted(self._held.keys() - self._seen.keys())

    def digest(self, *, whole: bool) -> str:
        """Names the state after this: equal for equal advisories, by whatever way they came."""
        state = self._seen if whole else {name: each.digest for name, each in self._held.items()} | self._seen
        total = hashlib.sha256()
        for name in sorted(state):
            total.update(name.encode() + b"\0" + state[name])
        return total.hexdigest()


class Statements:
    """Signals that differ from those held.

    Args:
        held: what is held. now: the present instant; nothing is so only from tomorrow on, whatever a clock says.
    """

    def __init__(self, held: Mapping[Key, HeldSignal], *, now: datetime) -> None:
        self.notes = Notes()
        self._held = held
        self._now = now
        self._seen: dict[Key, Statement] = {}

    def gather(self, items: Iterable[Item], tell: Callable[[int], None]) -> None:
        """Take everything in; raises what `items` raises, and then nothing of it counts."""
        for item in items:
            if isinstance(item, Heading | Refusal):
                self.notes.take(item)
            elif isinstance(item, Statement):
                self.notes.read += 1
                self._seen[item.vulnerability, item.says] = item
                if self.notes.read % (_EVERY * 20) == 0:
                    tell(self.notes.read)

    @property
    def came(self) -> int:
        """How many came."""
        return len(self._seen)

    def changes(self) -> list[tuple[Key, HeldSignal]]:
        """Those that are new or differ, as they are to be held."""
        found = []
        default = min(self.notes.data_at or self._now, self._now)
        for key in sorted(self._seen):
            stated = self._seen[key]
            held = self._held.get(key)
            if held is not None and held.value == stated.value and self._same_since(stated.at, held.at):
                continue
            found.append((key, HeldSignal(stated.value, min(stated.at or default, self._now))))
        return found

    def _same_since(self, stated: datetime | None, held: datetime) -> bool:
        return stated is None or stated == held or stated > self._now

    def gone(self) -> list[Key]:
        """Those that are held and did not come."""
        return sorted(self._held.keys() - self._seen.keys())

    def digest(self) -> str:
        """Names the state after this: equal for equal signals, by whatever way they came, and whenever first held."""
        total = hashlib.sha256()
        for key in sorted(self._seen):
            total.update("\0".join((*key, self._seen[key].value, "")).encode())
        return total.hexdigest()
