"""Everything that a file shows to whoever looks hard: its bytes, and what is packed in them.

Archives, compressed files and databases are opened, in memory alone; what cannot be is said, and looked at as bytes.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from levee.frontier.deletion import databases
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    Opening = Callable[[bytes], Iterator[tuple[bytes, bytes]]]
    """What is packed in some bytes, each with its log, if it has one."""

with suppress(ImportError):
    import zipfile_zstd  # noqa: F401 - the logs of Inspect are packed so, and where it is installed this is too

LARGEST = 2 << 30
"""Bytes of a file, or of what is packed in one, at most."""
DEEPEST = 4
_TAR = b"ustar"
_TAR_AT = 257
"""Where a tar archive says what it is, in the header of its first member."""


class Unread(Exception):
    """Something was not opened; looked at as bytes alone."""


def present(places: Iterable[Path]) -> None:
    """Refuse a place that is not there, or is a link: nothing would be looked at. BadInput names the first such."""
    for place in places:
        if place.is_symlink():
            raise BadInput("this is a link, and no link is followed", place=str(place), advice="name what it leads to")
        if not place.is_file() and not place.is_dir():
            raise BadInput("there is no such file or folder to look at", place=str(place))


def files(place: Path) -> Iterator[Path]:
    """Every file of a place, in order; links are not followed."""
    if place.is_dir() and not place.is_symlink():
        for inner in sorted(place.iterdir()):
            yield from files(inner)
    elif place.is_file() and not place.is_symlink():
        yield place


def views(path: Path, unread: dict[str, str], unopened: dict[str, str]) -> Iterator[bytes]:
    """The bytes of a file, and those of whatever is packed in them.

    Args:
        path: of the file.
        unread: gets the path with why, where no byte of it is looked at.
        unopened: gets the path with why, where what is packed in it is looked at as bytes alone.
    """
    try:
        if path.stat().st_size > LARGEST:
            unread[str(path)] = "too large"
            return
        data = path.read_bytes()
        log = path.with_name(path.name + "-wal")
        beside = log.read_bytes() if data.startswith(databases.MAGIC) and log.is_file() else b""
    except OSError as error:
        unread[str(path)] = error.strerror or "not readable"
        return
    yield from _inside(data, lambda why: unopened.update({str(path): why}), beside, 0)


def _inside(data: bytes, missed: Callable[[str], None], log: bytes, depth: int) -> Iterator[bytes]:
    yield data
    opened = next((opening for magic, opening in _OPENINGS.items() if data.startswith(magic)), None)
    if data.startswith(_TAR, _TAR_AT):
        opened = _tarred
    if data.startswith(databases.MAGIC):
        opened = lambda found: ((each, b"") for each in databases.values(found, log))  # noqa: E731 - with its log
    if opened is None:
        return
    if depth == DEEPEST:
        missed("packed too deep")
        return
    try:
        for inner, beside in opened(data):
            yield from _inside(inner, missed, beside, depth + 1)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        missed(type(error).__name__)
    except (zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, sqlite3.Error, Unread) as error:
        missed(type(error).__name__)


def _zipped(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        yield from _members([(each.filename, each.file_size) for each in members], lambda at: archive.read(members[at]))


def _tarred(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        members = [each for each in archive.getmembers() if each.isfile()]

        def read(at: int) -> bytes:
            found = archive.extractfile(members[at])
            return found.read() if found else b""

        yield from _members([(each.name, each.size) for each in members], read)


def _members(sizes: Sequence[tuple[str, int]], read: Callable[[int], bytes]) -> Iterator[tuple[bytes, bytes]]:
    """What is in an archive, the same name twice too, each with the log that lies beside it, as one does of a database.

    Args:
        sizes: of all members, with their names.
        read: the bytes of one, by its place among them.
    """
    places = {name: at for at, (name, _) in enumerate(sizes)}
    for at, (name, size) in enumerate(sizes):
        if size > LARGEST:
            raise Unread
        log = places.get(f"{name}-wal")
        yield read(at), b"" if log is None else read(log)


def _unpacked(opening: Callable[[io.BytesIO], io.BufferedIOBase]) -> Opening:
    def unpacked(data: bytes) -> Iterator[tuple[bytes, bytes]]:
        with opening(io.BytesIO(data)) as file:
            found = file.read(LARGEST + 1)
        if len(found) > LARGEST:
            raise Unread
        yield found, b""

    return unpacked


_OPENINGS: dict[bytes, Opening] = {
    b"PK\x03\x04": _zipped,
    b"\x1f\x8b": _unpacked(lambda file: gzip.GzipFile(fileobj=file)),
    b"BZh": _unpacked(bz2.BZ2File),
    b"\xfd7zXZ\0": _unpacked(lzma.LZMAFile),
}
