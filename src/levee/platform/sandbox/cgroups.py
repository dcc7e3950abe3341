"""The control group of one run, in version 1 and in version 2: its limits, its counters, its end."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from levee.platform.sandbox.port import Limits

ADVICE = (
    "Give the worker's process a writable control group with the memory, pids and cpu controllers "
    "(systemd: Delegate=yes on its own unit; containers: a private, writable cgroup)."
)
_EMPTY_WITHIN = 10.0
_PAUSE = 0.0005


class Group(Protocol):
    """The control group of one run."""

    folders: tuple[Path, ...]

    def limit(self, limits: Limits) -> None:
        """Set what the run may use. Raises OSError."""

    def cpu_seconds(self) -> float:
        """Processor time used so far."""

    def peak_memory(self) -> int:
        """Most memory charged at once, in bytes."""

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process for memory."""

    def out_of_processes(self) -> bool:
        """Whether a fork was refused."""

    def kill(self) -> None:
        """End every process of the group. Repeat until `empty`."""

    def empty(self) -> bool:
        """Whether no process is left."""

    def processes(self) -> frozenset[int]:
        """The processes of the group, as the caller numbers them."""

    def remove(self) -> None:
        """Take the empty group away. Raises UnsafeSetup when it does not go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Control groups that belong to a runner's user.

    Attributes:
        tops: the folders, one per hierarchy. joined: the folders that the runner's process joins.
    """

    tops: tuple[Path, ...]
    joined: tuple[Path, ...]

    def end(self) -> None:
        """Kill what is in them and below, and remove them. Raises UnsafeSetup when something stays.

        They are looked through anew each time: until the last process is gone, it may make further groups.
        """
        deadline = time.monotonic() + _EMPTY_WITHIN
        while left := self._left():
            if time.monotonic() > deadline:
                raise UnsafeSetup("a runner's groups do not go", advice="Look for processes in state D here.")
            for process in {process for folder in left for process in _listed(folder)}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(_PAUSE)

    def _left(self) -> list[Path]:
        """The folders that cannot be removed yet; the others are removed."""
        return [folder for top in self.tops for folder in _deepest_first(top) if not _removed(folder)]


def end(group: Group) -> None:
    """Kill, wait for empty, remove. Raises UnsafeSetup when processes stay."""
    deadline = time.monotonic() + _EMPTY_WITHIN
    group.kill()
    while not group.empty():
        if time.monotonic() > deadline:
            raise UnsafeSetup("processes of a run do not end", advice="Look for processes in state D on this host.")
        time.sleep(_PAUSE)
        group.kill()
    group.remove()


class SplitGroup:
    """Version 1: memory, pids, cpuacct and freezer, each in its own hierarchy."""

    controllers = ("memory", "pids", "cpuacct", "freezer")

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._of = folders
        self.folders: tuple[Path, ...] = tuple(folders.values())

    def limit(self, limits: Limits) -> None:
        """Set what the run may use. Raises OSError."""
        memory = self._of["memory"]
        (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
        with contextlib.suppress(FileNotFoundError):  # kernels without swap accounting
            (memory / "memory.memsw.limit_in_bytes").write_text(str(limits.memory))
        (self._of["pids"] / "pids.max").write_text(str(limits.pids))

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        return int((self._of["cpuacct"] / "cpuacct.usage").read_bytes()) / 1e9

    def peak_memory(self) -> int:
        """Most memory charged at once, in bytes."""
        return int((self._of["memory"] / "memory.max_usage_in_bytes").read_bytes())

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process for memory."""
        return _counter(self._of["memory"] / "memory.oom_control", "oom_kill") > 0

    def out_of_processes(self) -> bool:
        """Whether a fork was refused."""
        return _counter(self._of["pids"] / "pids.events", "max") > 0

    def kill(self) -> None:
        """Freeze, so that nothing forks past the signal; kill; thaw, so that the killed can end."""
        state = self._of["freezer"] / "freezer.state"
        if state.exists():
            state.write_text("FROZEN")
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if state.exists():
            state.write_text("THAWED")

    def empty(self) -> bool:
        """Whether no process is left in any of the hierarchies."""
        return not self.processes()

    def processes(self) -> frozenset[int]:
        """The processes of the group, as the caller numbers them."""
        return frozenset(process for folder in self.folders for process in _listed(folder))

    def remove(self) -> None:
        """Take the empty groups away."""
        for folder in self.folders:
            _remove(folder)


class UnifiedGroup:
    """Version 2."""

    controllers = ("memory", "pids")

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folder = folders["unified"]
        self.folders: tuple[Path, ...] = (self._folder,)

    def limit(self, limits: Limits) -> None:
        """Set what the run may use. Raises OSError."""
        (self._folder / "memory.max").write_text(str(limits.memory))
        with contextlib.suppress(FileNotFoundError):  # kernels without swap
            (self._folder / "memory.swap.max").write_text("0")
        (self._folder / "memory.oom.group").write_text("1")
        (self._folder / "pids.max").write_text(str(limits.pids))

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        return _counter(self._folder / "cpu.stat", "usage_usec") / 1e6

    def peak_memory(self) -> int:
        """Most memory charged at once, in bytes; 0 on kernels before 5.19, which do not tell."""
        peak = self._folder / "memory.peak"
        return int(peak.read_bytes()) if peak.exists() else 0

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process for memory."""
        return _counter(self._folder / "memory.events", "oom_kill") > 0

    def out_of_processes(self) -> bool:
        """Whether a fork was refused."""
        return _counter(self._folder / "pids.events", "max") > 0

    def kill(self) -> None:
        """End every process at once."""
        switch = self._folder / "cgroup.kill"
        if switch.exists():
            switch.write_text("1")
            return
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def empty(self) -> bool:
        """Whether no process is left."""
        return _counter(self._folder / "cgroup.events", "populated") == 0

    def processes(self) -> frozenset[int]:
        """The processes of the group, as the caller numbers them."""
        return _listed(self._folder)

    def remove(self) -> None:
        """Take the empty group away."""
        _remove(self._folder)


def _counter(file: Path, name: str) -> int:
    for line in file.read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _listed(folder: Path) -> frozenset[int]:
    """The processes of one folder; none where it is gone."""
    try:
        return frozenset(int(line) for line in (folder / "cgroup.procs").read_bytes().split())
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENODEV, errno.EOPNOTSUPP}:
            raise
        return frozenset()


def _deepest_first(top: Path) -> list[Path]:
    found: list[Path] = []
    waiting = [top]
    while waiting:  # no recursion: who owns the groups decides how deep they lie
        folder = waiting.pop()
        try:
            waiting += [entry for entry in folder.iterdir() if entry.is_dir()]
        except OSError:  # gone meanwhile, or its name is too long to be looked into
            continue
        found.append(folder)
    return found[::-1]


def remove_unused(top: Path) -> None:
    """Take a group away, with those below it, unless a process is in one of them."""
    folders = _deepest_first(top)
    if not any(_listed(folder) for folder in folders):
        for folder in folders:
            _removed(folder)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno not in {errno.EBUSY, errno.ENOTEMPTY}:
            raise UnsafeSetup(f"a control group does not go: {error}", advice=ADVICE) from error
        return False
    return True


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _EMPTY_WITHIN
    while not _removed(folder):
        if time.monotonic() > deadline:
            raise UnsafeSetup(f"a control group does not go: {folder.name}", advice=ADVICE)
        time.sleep(_PAUSE)
