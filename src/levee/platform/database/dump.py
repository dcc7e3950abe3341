"""PostgreSQL's own dump and load programs, watched and never trusted to say nothing when rows are missing."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from levee.kernel.errors import Unavailable, UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Progress = Callable[[int, int], None]

_KEPT_LINES = 10


def dump_database(file: Path, *, conninfo: str, pg_dump: Path, progress: Progress) -> int:
    """Write a dump in pg_dump's custom format; return the number of tables whose rows are in it.

    Raises:
        UnsafeSetup: row-level security binds the role: its dump would fail or, worse, miss rows.
        Unavailable: the database does not answer, or the dump fails.
    """
    try:
        with psycopg.connect(conninfo) as connection:
            row = connection.execute(
                "select rolsuper or rolbypassrls, (select count(*) from pg_stat_user_tables)"
                " from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database does not answer: {error}") from error
    free, tables = row or (False, 0)
    if not free:
        raise UnsafeSetup(
            "row-level security binds this role: its backup would miss rows",
            advice="Back up as a superuser, or as a role with BYPASSRLS.",
        )
    return _watched(
        [pg_dump, "--format=custom", f"--file={file}"],
        conninfo=conninfo,
        counted="pg_dump: dumping contents of table",
        of=tables,
        progress=progress,
    )


def load_database(file: Path, *, conninfo: str, pg_restore: Path, progress: Progress) -> int:
    """Load a dump into an empty database, in one transaction; return the number of tables whose rows were loaded.

    Raises:
        Unavailable: the dump cannot be loaded; nothing of it stays.
    """
    listed = subprocess.run([pg_restore, "--list", file], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        raise Unavailable(f"the dump cannot be read: {listed.stderr.strip()}")
    return _watched(
        [pg_restore, "--single-transaction", "--exit-on-error", file],
        conninfo=conninfo,
        counted="pg_restore: processing data for table",
        of=sum(" TABLE DATA " in line for line in listed.stdout.splitlines()),
        progress=progress,
    )


def _watched(program: Sequence[str | Path], *, conninfo: str, counted: str, of: int, progress: Progress) -> int:
    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    password = parts.pop("password", "")  # not on the command line, which every account can read
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    done = 0
    with subprocess.Popen(
        [*program, "--verbose", f"--dbname={make_conninfo(**parts)}"],
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stderr or ():
            last.append(line.strip())
            if line.startswith(counted):
                done += 1
                progress(done, max(of, done))
    if process.returncode != 0:
        raise Unavailable(f"{program[0]} failed: {' '.join(last)}")
    return done
