"""Backup and restore: the database and the encrypted objects in one file, the keys apart in another.

backup.tar
├── database.dump     pg_dump's own format, made by a role that row-level security does not bind
├── blobs/AB/ID       encrypted objects, as they lie in their folder
└── manifest.json     last, so that a cut-off file is known as such

Whoever has the first file alone can open no object, and shredding reaches into every old copy of it. The file of keys
undoes that: keep few generations of it, and keep them elsewhere.
"""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from levee.kernel.errors import Conflict
from levee.platform.database import supervisor
from levee.platform.database.backup_file import add_file, add_manifest, entries, extract, opened, written
from levee.platform.database.dump import dump_database, load_database
from levee.platform.database.roles import DbRole, create_database, create_roles, password_of
from levee.platform.database.server import DATABASE
from levee.platform.files import sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from levee.kernel.clock import Clock

    Progress = Callable[[str, int, int], None]

_DUMP: Final = "database.dump"
_BLOB: Final = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{32})")


def silent(stage: str, done: int, of: int) -> None:
    """Progress that nobody watches: a stage's name, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds.

    Attributes:
        made_at: ISO 8601, UTC.
        tables: with rows to load. objects: encrypted ones.
    """

    made_at: str
    tables: int
    objects: int


def backup(
    file: Path, *, conninfo: str, pg_dump: Path, blobs: Path, clock: Clock, progress: Progress = silent
) -> Contents:
    """Write database and encrypted objects into one file of mode 0600, whole or not at all; work goes on meanwhile.

    Args:
        file: replaced when it exists; its folder needs room for the dump twice.
        conninfo: of a superuser or another role with BYPASSRLS; others are refused, for they would lose rows.
        pg_dump: the program, of the server's major version or newer (`Embedded.binary("pg_dump")`).
        blobs: the folder of encrypted objects; an absent one counts as empty.
        clock: for the time in the manifest.
        progress: told stages `tables` and `objects`.

    Raises:
        UnsafeSetup: row-level security binds the role.
        Unavailable: the database does not answer, or the dump fails.
    """
    with written(file) as tar, tempfile.TemporaryDirectory(dir=file.parent, prefix=".dump-") as place:
        dump = Path(place) / _DUMP
        # the database first: an object is stored before the row that names it is committed
        tables = dump_database(dump, conninfo=conninfo, pg_dump=pg_dump, progress=lambda *at: progress("tables", *at))
        add_file(tar, _DUMP, dump)
        objects = 0
        paths = sorted(path for path in blobs.glob("*/*") if not path.name.startswith("."))
        for number, path in enumerate(paths, 1):
            objects += add_file(tar, f"blobs/{path.parent.name}/{path.name}", path)
            progress("objects", number, len(paths))
        contents = Contents(made_at=clock.now().isoformat(), tables=tables, objects=objects)
        add_manifest(tar, made_at=contents.made_at, tables=tables, objects=objects)
    return contents


def restore(
    file: Path, data_folder: Path, *, settings: Mapping[str, str] | None = None, progress: Progress = silent
) -> Contents:
    """Make a data folder of an embedded server from a backup, whole or not at all.

    The roles get new passwords, which lie in its `secrets`; the objects lie in its `blobs`; the keys are not in it
    (`backup_keys`). Restore only what a house of your own has written: a dump is a program that runs as superuser.

    Args:
        file: written by `backup`.
        data_folder: absent or empty.
        settings: for the server while it loads, and until its next start.
        progress: told stages `objects` and `tables`.

    Raises:
        BadInput: the file is none of ours, or is not whole.
        Conflict: there is something in the data folder.
        Unavailable: the server does not start, or the dump cannot be loaded.
    """
    contents = read_contents(file)
    if data_folder.exists() and any(data_folder.iterdir()):
        raise Conflict(f"{data_folder} is not empty", advice="Restore into a new data folder, then change over.")
    place = data_folder.with_name(f"{data_folder.name}.restoring")
    if place.exists():
        shutil.rmtree(place)  # left by a restore that was cut off
    try:
        with supervisor.start(place, settings=settings) as embedded:
            dump = embedded.secrets_folder / _DUMP
            _extract(file, dump, place / "blobs", contents, progress)
            _load(embedded, dump, progress)
            dump.unlink()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    place.rename(data_folder)
    sync_folder(data_folder.parent)
    return contents


def _load(embedded: supervisor.Embedded, dump: Path, progress: Progress) -> None:
    passwords: dict[str, str] = {role: password_of(embedded.secrets_folder, role) for role in DbRole}
    with psycopg.connect(embedded.superuser_conninfo("postgres"), autocommit=True) as connection:
        create_roles(connection, passwords)
        create_database(connection, DATABASE, DbRole.OWNER)
    load_database(
        dump,
        conninfo=embedded.superuser_conninfo(DATABASE),
        pg_restore=embedded.binary("pg_restore"),
        progress=lambda *at: progress("tables", *at),
    )


def read_contents(file: Path) -> Contents:
    """What a backup holds; the whole file is read once.

    Raises:
        BadInput: the file is none of ours, or is not whole.
    """
    with opened(file) as tar:
        members, manifest = entries(tar)
        names = [member.name for member in members]
        blobs = [name for name in names if _BLOB.fullmatch(name)]
        if names != [_DUMP, *blobs] or len(blobs) != manifest.get("objects"):
            raise tarfile.ReadError
    return Contents(made_at=str(manifest["made_at"]), tables=int(manifest["tables"]), objects=len(blobs))


def _extract(file: Path, dump: Path, blobs: Path, contents: Contents, progress: Progress) -> None:
    blobs.mkdir(mode=0o700)
    with opened(file) as tar:
        (first, *objects), _ = entries(tar)
        extract(tar, first, dump)
        for number, member in enumerate(objects, 1):
            _, prefix, name = member.name.split("/")
            (blobs / prefix).mkdir(mode=0o700, exist_ok=True)
            extract(tar, member, blobs / prefix / name)
            progress("objects", number, contents.objects)
