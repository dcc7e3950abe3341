"""Slots: one host user and one folder per concurrent run, held through a file lock across all processes of the host."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox import linux

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME = Path("/run/levee-sandbox")
FIRST_USER = 64100
_PAUSE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A host user that owns nothing outside the run it is lent to.

    Attributes:
        user: its number, which is its group's too.
        folder: host folder for the run's mounts; the user may pass through it but not list it.
    """

    user: int
    folder: Path

    @property
    def name(self) -> str:
        """The name of its control group."""
        return f"levee-{self.user}"

    def processes(self) -> frozenset[int]:
        """Processes of its user that this process can see."""
        found = set()
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if entry.stat().st_uid == self.user:
                        found.add(int(entry.name))
        return frozenset(found)

    def recover(self) -> None:
        """Take away what a crashed holder left: processes, mounts, mount points."""
        if any(self.folder.iterdir()):
            self._end_processes()
            self.clear()

    def clear(self) -> None:
        """Take away what is mounted and lies in the folder."""
        for point in linux.mounts_below(self.folder):
            linux.unmount(point)
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                entry.rmdir()  # never more than an empty mount point
            else:
                entry.unlink()

    def _end_processes(self) -> None:
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The slots of this host that this installation may use.

    Attributes:
        first: the first user number; `count` numbers follow one another.
    """

    first: int = FIRST_USER
    count: int = 2
    runtime: Path = RUNTIME

    @property
    def users(self) -> range:
        """The slots' users."""
        return range(self.first, self.first + self.count)

    @property
    def keeper(self) -> int:
        """The host user, just below the slots' users, as which a runner that handles foreign data works."""
        return self.first - 1

    @property
    def locks(self) -> Path:
        """Folder of the lock files; a runner sees it too."""
        return self.runtime / "locks"

    @contextlib.contextmanager
    def take(self) -> Iterator[Slot]:
        """Wait for a free slot and hold it. It is cleared before and after."""
        descriptor, user = self._lock()
        try:
            slot = Slot(user=user, folder=self.runtime / str(user))
            slot.folder.mkdir(mode=0o711, exist_ok=True)
            slot.recover()
            try:
                yield slot
            finally:
                slot.clear()
        finally:
            os.close(descriptor)

    def clear_abandoned(self) -> None:
        """Take away what crashed holders left in the slots that nobody holds."""
        for user in self.users:
            folder = self.runtime / str(user)
            if folder.is_dir():
                descriptor = self._try(user)
                if descriptor is not None:
                    try:
                        Slot(user=user, folder=folder).recover()
                    finally:
                        os.close(descriptor)

    def prepare(self) -> None:
        """Make the folder of the slots.

        Raises:
            UnsafeSetup: a slot's user exists in the password file, so it may own something; or the folder is not safe.
        """
        for user in (self.keeper, *self.users):
            with contextlib.suppress(KeyError):
                raise UnsafeSetup(
                    f"the sandbox user {user} is {pwd.getpwuid(user).pw_name} on this host",
                    advice="Choose a range of user numbers that nobody has.",
                )
        self.runtime.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.runtime.stat().st_uid != 0 or self.runtime.stat().st_mode & 0o022:
            raise UnsafeSetup(f"{self.runtime} can be written by others", advice=f"Remove {self.runtime}.")
        self.locks.mkdir(mode=0o755, exist_ok=True)
        for user in self.users:
            lock = self.locks / str(user)
            if not lock.exists():
                lock.touch(mode=0o640, exist_ok=True)
                os.chown(lock, 0, self.keeper)

    def _lock(self) -> tuple[int, int]:
        while True:
            for user in self.users:
                descriptor = self._try(user)
                if descriptor is not None:
                    return descriptor, user
            time.sleep(_PAUSE)

    def _try(self, user: int) -> int | None:
        """The lock of a slot that is free, else None."""
        descriptor = os.open(self.locks / str(user), os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor
