"""What a SQLite file holds, read from its bytes and those of its write-ahead log, without writing anywhere.

The file's format is at sqlite.org/fileformat.html: a log is a header of 32 bytes and frames of 24 bytes and a page.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"SQLite format 3\0"
HEADER, FRAME = 32, 24


def values(data: bytes, log: bytes = b"") -> Iterator[bytes]:
    """Every text and blob in every row of every table, with what its log holds and the file does not yet.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    image = bytearray(_with_log(data, log))
    image[18:20] = b"\x01\x01"  # what is in memory has no log: its pages are in it by now
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(bytes(image))
        tables = db.execute("select name from sqlite_schema where type = 'table' and rootpage > 0").fetchall()
        for (name,) in tables:
            quoted = name.replace('"', '""')
            for row in db.execute(f'select * from "{quoted}"'):  # noqa: S608 - allow sql: a table's name, quoted
                yield from (_bytes(value) for value in row if isinstance(value, str | bytes))


def _with_log(data: bytes, log: bytes) -> bytes:
    """The file with the pages that commits in its log put in place."""
    if len(log) < HEADER:
        return data
    size = struct.unpack(">I", log[8:12])[0]
    salts, image, waiting = log[16:24], bytearray(data), dict[int, bytes]()
    for start in range(HEADER, len(log) - FRAME - size + 1, FRAME + size):
        page, pages = struct.unpack(">II", log[start : start + 8])
        if log[start + 8 : start + 16] != salts:
            break  # of an earlier run over the same log
        waiting[page] = log[start + FRAME : start + FRAME + size]
        if pages:  # the last frame of a commit says how many pages there are
            image.extend(bytes(max(0, pages * size - len(image))))
            for number, content in waiting.items():
                image[(number - 1) * size : number * size] = content
            waiting.clear()
            del image[pages * size :]
    return bytes(image)


def _bytes(value: str | bytes) -> bytes:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
