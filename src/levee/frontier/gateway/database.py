"""A SQLite file of a gateway: in WAL mode, and on the disk whenever a verb returns."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PATIENCE = 10.0
"""Seconds to wait for another process that writes."""


class Database:
    """One connection; used by one thread at a time.

    Args:
        path: of the file, made with its folder where it is not there.
        schema: statements, each of which may be said again.
    """

    def __init__(self, path: Path, schema: Iterable[str]) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        for line in ("pragma journal_mode = wal", "pragma synchronous = full", "pragma secure_delete = on"):
            self._all(line)
        with self._writing():
            for part in schema:
                self._all(part)
        self._all("pragma busy_timeout = 5")

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def backup(self, path: Path) -> None:
        """Copy what is in the file at this moment to another, while others go on writing."""
        with closing(sqlite3.connect(path)) as copy:
            self._db.backup(copy)

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self._db.cursor()) as cursor:
            return cursor.execute(sql, values).fetchall()  # allow sql: literals of its two users

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, on the disk when it ends; Unavailable where another process writes for too long."""
        self._begin()
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def _begin(self) -> None:
        # SQLite's own waiting sleeps up to 100 ms at a time, so that a withdrawal could starve among many calls.
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                self._db.execute("begin immediate")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > limit:
                    raise Unavailable("the gateway's own file cannot be written") from None
                time.sleep(0.0005)
            else:
                return
