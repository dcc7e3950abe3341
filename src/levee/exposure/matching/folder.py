"""A folder of advisories on this machine, with an index beside it, so that only those that hit are ever read again.

The index is an SQLite file in the user's cache. It knows each file by path, size and time of change; what is new or
changed is read once. A cache that cannot be used is made anew, or kept in memory.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from levee.exposure.matching.engine import Record
from levee.exposure.matching.intervals import Interval, intervals
from levee.exposure.types import Source
from levee.formats import osv
from levee.formats.csaf_read import MAX_BYTES, csaf_records, is_csaf
from levee.formats.cve_record import cve_as_osv, is_cve_record
from levee.formats.signals import NOTHING_KNOWN
from levee.formats.strict_json import as_object, read_json
from levee.formats.vex import read_vex
from levee.inventory.types import NotUnderstood
from levee.kernel.errors import BadInput, LeveeError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from levee.formats.vex import Statement

EDITION = 6
"""Of the index and of the sort keys in it: a change to either is a new edition."""


_OTHERS = (
    ("catalogVersion", "this is the list of exploited flaws, no advisory; levee operator pull --from takes it"),
    ("statements", "this is a maker's statement, no advisory; --statements takes it"),
)


def _json(data: bytes) -> Sequence[osv.Record]:
    """OSV; CSAF, with its records for each vulnerability; a CVE record, for what it names by CPE."""
    document = as_object(read_json(data, max_bytes=MAX_BYTES), "")
    for mark, reason in _OTHERS:
        if mark in document:
            raise BadInput(reason, place="/")
    if is_csaf(document):
        return [osv.osv_record(each) for each in csaf_records(document)]
    return [osv.osv_record(cve_as_osv(document) if is_cve_record(document) else document)]


_READERS: dict[str, Callable[[bytes], Sequence[osv.Record]]] = {
    ".json": _json,
    ".yaml": lambda data: [osv.osv_record(osv.yaml_document(data))],
    ".yml": lambda data: [osv.osv_record(osv.yaml_document(data))],
    ".md": lambda data: [osv.osv_record(osv.rustsec_document(data))],
}
_TABLES = f"""
begin;
create table file (
    id integer primary key, path text, number integer, size integer, changed integer, name text, aliases text,
    modified text, refused text
);
create index file_path on file (path);
create table part (package text, file integer, releases text, lo blob, hi blob, certain integer);
create index part_package on part (package);
create index part_file on part (file);
create table said (name text, path text);
create index said_name on said (name);
create index said_path on said (path);
pragma user_version = {EDITION};
commit;
"""
STEP = 1000
Package = tuple[str, str]


class AdvisoryFolder:
    """The shelf of the advisories in a folder: OSV as JSON or YAML, RustSec's Markdown, CSAF and CVE records."""

    def __init__(self, path: Path, *, cache: Path | None = None) -> None:
        """Open it.

        Args:
            path: searched at any depth.
            cache: folder for the index; the user's own where none is given.

        Raises:
            BadInput: there is no such folder.
        """
        if not path.is_dir():
            raise BadInput("there is no such folder", place=str(path), advice="give a folder of OSV records")
        self._path = path
        self._index = _opened(path, cache or _user_cache())
        self._read: dict[UUID, osv.Record] = {}
        self._sources: dict[UUID, Source] = {}

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Read what is new or changed, and forget what is gone.

        Args:
            progress: told how many files of how many are read, every thousand.
        """
        known = {
            path: (size, changed)
            for path, size, changed in self._index.execute("select distinct path, size, changed from file")
        }
        there = {path: (size, changed) for path, size, changed in _files(self._path)}
        gone = [(path,) for path in known if known[path] != there.get(path)]
        fresh = sorted(path for path in there if known.get(path) != there[path])
        with self._index:
            self._index.executemany("delete from part where file in (select id from file where path = ?)", gone)
            self._index.executemany("delete from file where path = ?", gone)
            self._index.executemany("delete from said where path = ?", gone)
            for start in range(0, len(fresh), STEP):
                if progress is not None:
                    progress(start, len(fresh))
                self._learn([(path, *there[path]) for path in fresh[start : start + STEP]])

    def count(self) -> int:
        """How many advisories there are."""
        (found,) = self._index.execute("select count(*) from file where name is not null").fetchone()
        return int(found)

    def refused(self) -> Sequence[NotUnderstood]:
        """The files that could not be read, each with its reason."""
        found = self._index.execute("select path, refused from file where refused is not null order by path")
        return [NotUnderstood(place=str(self._path / path), stated="", reason=reason) for path, reason in found]

    def about(self, packages: Collection[Package]) -> Sequence[Record]:
        """Every advisory that speaks of one of these packages; only its text is left on the shelf."""
        with self._index:
            self._index.execute("create temp table if not exists asked (package text primary key)")
            self._index.execute("delete from asked")
            self._index.executemany("insert into asked values (?)", ((":".join(each),) for each in packages))
        parts: dict[int, list[Interval]] = {}
        asked = self._index.execute(
            "select package, file, releases, lo, hi, certain from part join asked using (package)"
        )
        for package, file, releases, lo, hi, certain in asked:
            ecosystem, _, name = package.partition(":")
            parts.setdefault(file, []).append(Interval(ecosystem, name, releases, lo, hi, bool(certain)))
        heads = self._index.execute(
            "select distinct f.id, f.name, f.aliases, f.modified from file f join part on part.file = f.id "
            "join asked using (package) order by f.name"
        )
        return [
            Record(
                id=UUID(int=key),
                name=name,
                aliases=tuple(aliases.split("\n")) if aliases else (),
                modified=datetime.fromisoformat(modified),
                withdrawn=False,
                intervals=tuple(parts[key]),
                signals=NOTHING_KNOWN,
                shelf=self,
            )
            for key, name, aliases, modified in heads
        ]

    def fetch(self, keys: Collection[UUID]) -> None:
        """Files are read one by one as they are asked for."""

    def read(self, key: UUID) -> osv.Record:
        """The record as its source states it."""
        if key not in self._read:
            path, number, changed = self._index.execute(
                "select path, number, changed from file where id = ?", [key.int]
            ).fetchone()
            data = self._data(path)
            self._read[key] = _reader(path)(data)[number]
            at = datetime.fromtimestamp(changed // 10**9, UTC).isoformat()
            digest = hashlib.sha256(data).hexdigest()
            self._sources[key] = Source(name=str(self._path), place=path, at=at, digest=digest)
        return self._read[key]

    def source(self, key: UUID) -> Source:
        """The folder and the file that it stands in."""
        self.read(key)
        return self._sources[key]

    def statements(self, vulnerabilities: Collection[str]) -> Sequence[Statement]:
        """What the folder's CSAF documents state of products and these vulnerabilities beside what they affect."""
        with self._index:
            self._index.execute("create temp table if not exists named (name text primary key)")
            self._index.execute("delete from named")
            self._index.executemany("insert or ignore into named values (?)", ((each,) for each in vulnerabilities))
        paths = self._index.execute("select distinct path from said join named using (name) order by path").fetchall()
        wanted = set(vulnerabilities)
        return [
            each for (path,) in paths for each in _said(self._data(path)) if wanted.intersection(each.vulnerabilities)
        ]

    def _learn(self, files: Iterable[tuple[str, int, int]]) -> None:
        """Add files to the index, all their rows at once."""
        (last,) = self._index.execute("select coalesce(max(id), 0) from file").fetchone()
        keys = count(last + 1)
        heads: list[tuple[object, ...]] = []
        parts: list[tuple[object, ...]] = []
        said: list[tuple[str, str]] = []
        for file in files:
            path = file[0]
            try:
                data = self._data(path)
                records = _reader(path)(data)
            except (LeveeError, OSError) as error:
                heads.append((next(keys), *file, 0, None, None, None, str(error)))
                continue
            if b'"csaf_version"' in data:
                said += sorted({(name, path) for each in _said(data) for name in each.vulnerabilities})
            if not records:  # a CSAF document that calls no product affected
                heads.append((next(keys), *file, 0, None, None, None, None))
            for number, record in enumerate(records):
                key = next(keys)
                told = (record.id, "\n".join(record.aliases), record.modified.isoformat())
                heads.append((key, *file, number, *told, None))
                parts += [
                    (f"{each.ecosystem}:{each.name}", key, each.releases, each.lo, each.hi, each.certain)
                    for each in intervals(record)
                ]
        self._index.executemany(
            "insert into file (id, path, size, changed, number, name, aliases, modified, refused) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            heads,
        )
        self._index.executemany("insert into part values (?, ?, ?, ?, ?, ?)", parts)
        self._index.executemany("insert into said values (?, ?)", said)

    def _data(self, path: str) -> bytes:
        with open(f"{self._path}/{path}", "rb", buffering=0) as file:  # noqa: PTH123 - twice as fast as a Path's
            return file.read()


def _said(data: bytes) -> Sequence[Statement]:
    """What a CSAF document states; nothing where nobody can be held to it."""
    try:
        return [each for each in read_vex(data).statements if not each.apart]
    except LeveeError:
        return ()


def _reader(path: str) -> Callable[[bytes], Sequence[osv.Record]]:
    return _READERS[_ending(path)]


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}"


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Every file that may be an advisory: path below the folder, size, time of change."""
    waiting = [(str(folder), "")]
    while waiting:
        place, below = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        waiting.append((entry.path, f"{below}{entry.name}/"))
                elif _ending(entry.name) in _READERS and entry.is_file():
                    stat = entry.stat()
                    yield f"{below}{entry.name}", stat.st_size, stat.st_mtime_ns


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "levee"


def _opened(folder: Path, cache: Path) -> sqlite3.Connection:
    """The index of a folder; made anew where it is of another edition or broken, in memory where none can be kept."""
    path = cache / f"advisories-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]}.sqlite"
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(2):
            index = sqlite3.connect(path, timeout=60)  # another scan may be reading the same folder
            try:
                (edition,) = index.execute("pragma user_version").fetchone()
                if edition == EDITION:
                    return index
                if edition == 0:
                    index.executescript(_TABLES)
                    return index
            except sqlite3.DatabaseError:
                pass
            index.close()
            path.unlink(missing_ok=True)
    except (OSError, sqlite3.Error):
        pass
    index = sqlite3.connect(":memory:")
    index.executescript(_TABLES)
    return index
