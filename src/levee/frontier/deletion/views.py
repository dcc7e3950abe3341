"""Everything that a file shows to whoever looks hard: its bytes, and what is packed in them.

Archives, compressed files and databases are opened, in memory alone; what cannot be is said, and looked at as bytes.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from levee.frontier.deletion import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

with suppress(ImportError):
    import zipfile_zstd  # noqa: F401 - the logs of Inspect are packed so, and where it is installed this is too

LARGEST = 2 << 30
"""Bytes of a file, or of what is packed in one, at most."""
DEEPEST = 4


class Unread(Exception):
    """Something was not opened; looked at as bytes alone."""


def files(place: Path) -> Iterator[Path]:
    """Every file of a place, in order; links are not followed."""
    if place.is_dir() and not place.is_symlink():
        for inner in sorted(place.iterdir()):
            yield from files(inner)
    elif place.is_file() and not place.is_symlink():
        yield place


def views(path: Path, missed: Callable[[str], None]) -> Iterator[bytes]:
    """The bytes of a file, and those of whatever is packed in them.

    Args:
        path: of the file.
        missed: told why, where something is not opened.
    """
    try:
        if path.stat().st_size > LARGEST:
            missed("too large")
            return
        data = path.read_bytes()
        log = path.with_name(path.name + "-wal")
        beside = log.read_bytes() if data.startswith(databases.MAGIC) and log.is_file() else b""
    except OSError as error:
        missed(error.strerror or "not readable")
        return
    yield from _inside(data, missed, beside, 0)


def _inside(data: bytes, missed: Callable[[str], None], log: bytes, depth: int) -> Iterator[bytes]:
    yield data
    opened = next((opening for magic, opening in _OPENINGS.items() if data.startswith(magic)), None)
    if data.startswith(databases.MAGIC):
        opened = lambda found: databases.values(found, log)  # noqa: E731 - one of the openings, with its log
    if opened is None:
        return
    if depth == DEEPEST:
        missed("packed too deep")
        return
    try:
        for inner in opened(data):
            yield from _inside(inner, missed, b"", depth + 1)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        missed(type(error).__name__)
    except (zlib.error, lzma.LZMAError, zipfile.BadZipFile, sqlite3.Error, Unread) as error:
        missed(type(error).__name__)


def _members(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.file_size > LARGEST:
                raise Unread
            yield archive.read(member)


def _unpacked(opening: Callable[[io.BytesIO], io.BufferedIOBase]) -> Callable[[bytes], Iterator[bytes]]:
    def unpacked(data: bytes) -> Iterator[bytes]:
        with opening(io.BytesIO(data)) as file:
            found = file.read(LARGEST + 1)
        if len(found) > LARGEST:
            raise Unread
        yield found

    return unpacked


_OPENINGS: dict[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"PK\x03\x04": _members,
    b"\x1f\x8b": _unpacked(lambda file: gzip.GzipFile(fileobj=file)),
    b"BZh": _unpacked(bz2.BZ2File),
    b"\xfd7zXZ\0": _unpacked(lzma.LZMAFile),
}
