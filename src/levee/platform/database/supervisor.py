"""Levee's own PostgreSQL: started with the first process that needs it, stopped with the last one that leaves.

Each process holds a shared lock on `users.lock`; on leaving, whoever gets it alone stops the server. The kernel drops
the locks of killed processes, so nothing has to be counted. `boot.lock` serialises starting and stopping.

Layout, made by root: `.` root 0711, `data` account 0700, `run` account 0711, `secrets/*` root 0600. Made by any other
account: all its own and private.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from psycopg.conninfo import make_conninfo

from levee.kernel.errors import Conflict, NotFound, Unavailable
from levee.platform.database.supervisor_folders import Folders, server_account
from levee.platform.database.supervisor_server import SUPERUSER, Server, copy_programs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from levee.platform.database.supervisor_folders import Account

DEFAULT_ACCOUNT: Final = "levee"

TEST_SETTINGS: Final[Mapping[str, str]] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""For clusters that may be lost at any moment; never for data that anyone wants to keep."""


def default_data_folder() -> Path:
    """`/var/lib/levee` for root, `~/.local/share/levee` for everybody else."""
    return Path("/var/lib/levee") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "levee"


class Embedded:
    """A share in a running server; leaving it (`close`, or the end of a `with` block) may stop the server."""

    port: Final = 5432

    def __init__(self, server: Server, lock: int) -> None:
        self._server = server
        self._lock: int | None = lock
        _OPEN.add(self)

    @property
    def socket_folder(self) -> Path:
        """The folder that clients name as their host."""
        return self._server.socket_folder

    @property
    def secrets_folder(self) -> Path:
        """Folder of mode 0700 of the starting account, for the passwords of further roles."""
        return self._server.folders.secrets

    def conninfo(self, role: str, database: str, password: str) -> str:
        """The libpq connection string of one role for one database."""
        return make_conninfo(
            host=str(self.socket_folder), port=self.port, user=role, dbname=database, password=password
        )

    def superuser_conninfo(self, database: str) -> str:
        """The connection string of `levee_super`; only the account that started the server can read its password."""
        password = (self._server.folders.secrets / SUPERUSER).read_text(encoding="utf-8")
        return self.conninfo(SUPERUSER, database, password)

    def binary(self, name: str) -> Path:
        """The path of one of the server's programs, such as `pg_dump`, `pg_restore` or `psql`.

        Raises:
            NotFound: there is no such program.
        """
        path = self._server.programs / name
        if not path.is_file():
            raise NotFound(f"PostgreSQL has no program {name}")
        return path

    def answers(self) -> bool:
        """Whether the server takes connections now."""
        return self._server.answers()

    def close(self) -> None:
        """Leave; the last one out stops the server. Leaving twice does nothing."""
        if self._lock is None:
            return
        with _booting(self._server.folders.root):
            lock, self._lock = self._lock, None
            _OPEN.discard(self)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self._server.stop("fast")
            finally:
                os.close(lock)

    def stop_now(self) -> None:
        """Stop the server whoever else uses it; open transactions are rolled back."""
        with _booting(self._server.folders.root):
            self._server.stop("fast")

    def wait_for_stop(self, *, timeout_seconds: float) -> None:
        """Wait until no process of the server is left.

        Raises:
            Unavailable: it still runs after that time.
        """
        end = time.monotonic() + timeout_seconds
        while self.answers() or self._server.is_occupied():
            if time.monotonic() > end:
                raise Unavailable("the database server still runs")
            time.sleep(0.05)

    def forget(self) -> None:
        """Drop the share without stopping anything: for a child after `fork`, whose parent holds it."""
        if self._lock is not None:
            os.close(self._lock)  # the parent's lock stays: it ends with the last copy of the handle
            self._lock = None
            _OPEN.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_OPEN: set[Embedded] = set()
"""Held until they are left: a share that nobody names any more would keep the server alive for ever."""


def _forget_all() -> None:
    for embedded in list(_OPEN):
        embedded.forget()


def _close_all() -> None:
    for embedded in list(_OPEN):
        embedded.close()


os.register_at_fork(after_in_child=_forget_all)
atexit.register(_close_all)


def start(data_folder: Path, *, settings: Mapping[str, str] | None = None, account: str = DEFAULT_ACCOUNT) -> Embedded:
    """Join the server of a data folder, and start it (and make it) if it does not run.

    Args:
        data_folder: everything of the server lies in it; made when missing.
        settings: names and values for postgresql.conf, on top of Levee's own; read when the server starts.
        account: for root, the system account that the server runs as; made when missing.

    Raises:
        UnsafeSetup: the folder is not traversable for the account or is open to others; nothing is changed.
        Unavailable: the server does not start.
    """
    owner = server_account(account)
    folders = Folders(root=data_folder.resolve())
    folders.prepare_root(owner)
    with _booting(folders.root):
        server = _server(folders, owner)
        lock = _opened(folders.root / "users.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if not server.answers():
                wanted = settings or {}
                server.initialise(sync=wanted.get("fsync") != "off")
                server.configure(wanted)
                server.start()
        except BaseException:
            os.close(lock)
            raise
    return Embedded(server, lock)


def stop_unused(data_folder: Path, *, account: str = DEFAULT_ACCOUNT) -> None:
    """Stop the server of a data folder if all who used it were killed; before the folder is removed.

    Raises:
        Conflict: somebody uses it.
    """
    folders = Folders(root=data_folder.resolve())
    if not folders.data.exists():
        return
    with _booting(folders.root):
        lock = _opened(folders.root / "users.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                f"a house runs in {folders.root}", advice="End it first, or choose another folder."
            ) from error
        else:
            _server(folders, server_account(account)).stop("fast")
        finally:
            os.close(lock)


def _server(folders: Folders, owner: Account) -> Server:
    folders.prepare(owner)
    programs = copy_programs(folders.root)
    return Server(folders=folders, account=owner, programs=programs, socket_folder=folders.socket_folder(owner))


@contextmanager
def _booting(root: Path) -> Iterator[None]:
    handle = _opened(root / "boot.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
