"""Who owns which folder of an embedded server, and as which account its programs run."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Sequence

SOCKET_PATH_LIMIT = 107  # sun_path of Linux, less its closing zero
SOCKET_FILE = ".s.PGSQL.5432"
_USERADD_EXISTS = 9
_SHELL_MARKS = frozenset('"$`\\\n')  # PostgreSQL's programs call each other through a shell, in double quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account of the machine that the server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_own(self) -> bool:
        """Whether this process runs as that account already."""
        return self.uid == os.geteuid()

    def run(self, program: Sequence[str | Path], *, at: Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, with a clean environment and folder `at`; never raises for its exit status."""
        return subprocess.run(
            [os.fspath(part) for part in program],
            cwd=at,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            umask=0o077,
            start_new_session=True,
            user=None if self.is_own else self.uid,
            group=None if self.is_own else self.gid,
            extra_groups=None if self.is_own else [],
        )

    def owns(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if not self.is_own:
            os.chown(path, self.uid, self.gid)

    def may_traverse(self, folder: Path) -> bool:
        """Whether the mode bits let this account pass through a folder."""
        found = folder.stat()
        if self.uid == 0:
            return True
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account(name: str) -> Account:
    """The account for the server: this process's own, or for root a system account, made when missing.

    Raises:
        UnsafeSetup: root has no such account and it cannot be made, or it is root itself.
    """
    if os.geteuid() != 0:
        return Account(name="", uid=os.geteuid(), gid=os.getegid())
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _make_account(name)
    if entry.pw_uid == 0:
        raise UnsafeSetup(f"the database server may not run as {name}", advice="Name an account that is not root.")
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _make_account(name: str) -> pwd.struct_passwd:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin"]
    try:
        made = subprocess.run(["useradd", *options, "--", name], capture_output=True, text=True, check=False)
        if made.returncode not in {0, _USERADD_EXISTS}:
            raise UnsafeSetup(
                f"the system account {name} cannot be made: {made.stderr.strip()}",
                advice=f"Make it by hand (useradd --system {name}) or name another one.",
            )
        return pwd.getpwnam(name)
    except (FileNotFoundError, KeyError) as error:
        raise UnsafeSetup(
            f"the system account {name} is missing and cannot be made here",
            advice=f"Make it by hand (useradd --system {name}) or name another one.",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where an embedded server keeps what; every path is under `root`."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Where the socket lies when its path is short enough."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """Folder of the server's log."""
        return self.root / "log"

    @property
    def secrets(self) -> Path:
        """Folder of passwords, for the starting account only."""
        return self.root / "secrets"

    @property
    def socket_note(self) -> Path:
        """File that names the socket folder where it is not `run`."""
        return self.root / "socket-folder"

    def prepare_root(self, account: Account) -> None:
        """Make the root and what is missing above it; existing folders are looked at, never changed.

        Raises:
            UnsafeSetup: a folder on the way cannot be passed by the account, or the root is open to others.
        """
        self._check_name()
        try:
            for folder in [*reversed(self.root.parents), self.root]:
                _make(folder, account, mode=0o711)
            self._check(account)
        except PermissionError as error:
            raise UnsafeSetup(
                f"this account may not write to {error.filename}",
                place=str(error.filename),
                advice="Choose a data folder that the starting account owns.",
            ) from error

    def prepare(self, account: Account) -> None:
        """Make what is missing under the root."""
        for folder, mode in ((self.run, 0o711), (self.log, 0o700)):
            if _make(folder, account, mode=mode):
                account.owns(folder)
        self.secrets.mkdir(mode=0o700, exist_ok=True)

    def _check_name(self) -> None:
        if _SHELL_MARKS & set(str(self.root)):
            raise UnsafeSetup(
                "PostgreSQL cannot live under a path with a double quote, dollar, backquote, backslash or line break",
                place=str(self.root),
                advice="Choose another data folder; blanks are fine.",
            )

    def _check(self, account: Account) -> None:
        found = self.root.stat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise UnsafeSetup(
                f"{self.root} belongs to another account or others may write to it",
                place=str(self.root),
                advice="Use a data folder of the starting account that nobody else may write to.",
            )
        for folder in [*reversed(self.root.parents), self.root]:
            if not account.may_traverse(folder):
                raise UnsafeSetup(
                    f"the account {account.name} cannot pass through {folder}, and Levee does not open it",
                    place=str(folder),
                    advice="Choose a data folder whose every parent may be traversed, such as /var/lib/levee.",
                )

    def socket_folder(self, account: Account) -> Path:
        """The folder of the socket: `run`, or a short one made and noted down where that path is too long."""
        if _fits(self.run):
            return self.run
        if self.socket_note.exists():
            noted = Path(self.socket_note.read_text(encoding="utf-8"))
            if noted.is_dir() and noted.stat().st_uid == account.uid and not noted.is_symlink():
                return noted
        made = _short_folder(account)
        self.socket_note.write_text(str(made), encoding="utf-8")
        return made


def _make(folder: Path, account: Account, *, mode: int) -> bool:
    """Make a folder, private or for root of that mode; tell whether it was missing."""
    try:
        folder.mkdir(mode=0o700 if account.is_own else mode)  # as it is to be at once: another process may look
    except FileExistsError:
        return False
    if not account.is_own:
        folder.chmod(mode)  # whatever this process masks
    return True


def _fits(folder: Path) -> bool:
    whole = os.fsencode(folder / SOCKET_FILE)
    return len(whole) <= SOCKET_PATH_LIMIT and b"," not in whole  # libpq reads a comma as a list of hosts


def _short_folder(account: Account) -> Path:
    for place in (Path("/run/user") / str(os.geteuid()), Path("/run"), Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 (a folder of its own, 0700 or 0711)
        if place.is_dir() and os.access(place, os.W_OK) and account.may_traverse(place):
            made = Path(tempfile.mkdtemp(prefix="levee-", dir=place))
            if _fits(made):
                account.owns(made)
                made.chmod(0o700 if account.is_own else 0o711)
                return made
            made.rmdir()
    raise UnsafeSetup("no folder for the database socket has a path of at most 93 bytes")
