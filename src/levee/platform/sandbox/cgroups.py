"""The control group of one run: version 2 where its controllers are, else version 1; refused where neither is.

Version 1 has one hierarchy per controller; the run's groups lie under the caller's own path in each.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.platform.sandbox.port import Limits

_ADVICE = (
    "Give the worker's process a writable control group with the memory, pids and cpu controllers "
    "(systemd: Delegate=yes on its own unit; containers: a private, writable cgroup)."
)
_EMPTY_WITHIN = 10.0
_PAUSE = 0.0005
_RUNNER_PROCESSES = 1024
_LEAF = "levee-supervisor"


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
class Hierarchies:
    """Where this process may make control groups.

    Attributes:
        parents: controller -> folder under which groups are made; for version 2 the one key is "unified".
    """

    parents: Mapping[str, Path]

    @property
    def unified(self) -> bool:
        """Whether this is version 2."""
        return "unified" in self.parents

    def make(self, name: str, limits: Limits | None) -> Group:
        """A fresh group with its limits set; what an earlier run of that name left is removed first.

        Raises:
            UnsafeSetup: the group cannot be made.
        """
        folders = {controller: parent / name for controller, parent in self.parents.items()}
        group: Group = UnifiedGroup(folders) if self.unified else SplitGroup(folders)
        try:
            if any(folder.exists() for folder in folders.values()):
                end(group)
            for folder in folders.values():
                folder.mkdir(mode=0o700)
            if limits is not None:
                group.limit(limits)
        except OSError as error:
            raise UnsafeSetup(f"no control group for a run: {error}", advice=_ADVICE) from error
        return group

    def delegate(self, name: str, user: int, memory: int) -> Delegation:
        """Groups that belong to a host user, who may make groups for runs below them.

        Args:
            name: of the groups.
            user: whom they belong to.
            memory: the most for everything in them, in bytes.

        Raises:
            UnsafeSetup: the groups cannot be made.
        """
        tops = {controller: parent / name for controller, parent in self.parents.items()}
        delegation = Delegation(
            tops=tuple(tops.values()),
            joined=tuple(top / _LEAF if self.unified else top for top in tops.values()),
        )
        try:
            for controller, top in tops.items():
                top.mkdir(mode=0o755)
                if controller in {"memory", "unified"}:
                    limit = "memory.max" if self.unified else "memory.limit_in_bytes"
                    (top / limit).write_text(str(memory))
                if controller in {"pids", "unified"}:
                    (top / "pids.max").write_text(str(_RUNNER_PROCESSES))
                if self.unified:
                    (top / "cgroup.subtree_control").write_text(_enabling())
                    (top / _LEAF).mkdir(mode=0o755)
            for folder in {*delegation.tops, *delegation.joined}:
                for owned in (folder, folder / "cgroup.procs"):
                    os.chown(owned, user, user)
        except OSError as error:
            raise UnsafeSetup(f"no control group for a runner: {error}", advice=_ADVICE) from error
        return delegation


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Control groups that belong to a runner's user.

    Attributes:
        tops: the folders, one per hierarchy. joined: the folders that the runner's process joins.
    """

    tops: tuple[Path, ...]
    joined: tuple[Path, ...]

    def end(self) -> None:
        """Kill what is in them and below, wait for empty, remove. Raises UnsafeSetup when processes stay."""
        deadline = time.monotonic() + _EMPTY_WITHIN
        folders = [folder for top in self.tops for folder in _deepest_first(top)]
        while left := {process for folder in folders for process in _listed(folder)}:
            if time.monotonic() > deadline:
                raise UnsafeSetup("processes of a runner do not end", advice="Look for processes in state D here.")
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(_PAUSE)
        for folder in folders:
            _remove(folder)


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

    controllers = ("memory", "pids", "cpu")

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


def find() -> Hierarchies:
    """Where this process may make control groups for its runs.

    Raises:
        UnsafeSetup: neither version can be used.
    """
    own = _own_paths()
    mounts = _mounts()
    unified = _unified(own, mounts)
    if unified is not None:
        return Hierarchies(parents={"unified": unified})
    parents = {}
    for controller in SplitGroup.controllers:
        place = mounts.get(controller)
        if place is None or controller not in own:
            raise UnsafeSetup(f"the control group controller {controller} is missing", advice=_ADVICE)
        parents[controller] = _below(place, own[controller])
        if not os.access(parents[controller], os.W_OK):
            raise UnsafeSetup(f"the control group of {controller} cannot be written", advice=_ADVICE)
    return Hierarchies(parents=parents)


def _unified(own: Mapping[str, str], mounts: Mapping[str, tuple[Path, str]]) -> Path | None:
    """The folder of version 2 under which runs get their groups; the caller moves to a leaf beside them."""
    if "unified" not in mounts or "unified" not in own:
        return None
    here = _below(mounts["unified"], own["unified"])
    if here.name == _LEAF:
        here = here.parent
    offered = (here / "cgroup.controllers").read_text().split()
    if not set(UnifiedGroup.controllers) <= set(offered):
        return None
    enabled = (here / "cgroup.subtree_control").read_text().split()
    if set(UnifiedGroup.controllers) <= set(enabled):
        return here
    try:
        leaf = here / _LEAF
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text("0")
        (here / "cgroup.subtree_control").write_text(_enabling())
    except OSError as error:
        raise UnsafeSetup(f"the control group cannot be divided: {error}", advice=_ADVICE) from error
    return here


def _own_paths() -> dict[str, str]:
    """Controller (or "unified") -> path of this process in that hierarchy."""
    paths = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(",") if controllers else ("unified",):
            paths[controller] = path
    return paths


def _mounts() -> dict[str, tuple[Path, str]]:
    """Controller (or "unified") -> mount point and the path that is mounted there."""
    found = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        root, point = left.split(" ")[3:5]
        if kind == "cgroup2":
            found["unified"] = (Path(point), root)
        elif kind == "cgroup":
            for controller in options.split(" ")[-1].split(","):
                found[controller] = (Path(point), root)
    return found


def _below(mount: tuple[Path, str], path: str) -> Path:
    point, root = mount
    shown = Path(path)
    inside = shown.relative_to(root) if shown.is_relative_to(root) else shown.relative_to("/")
    return point / inside


def _counter(file: Path, name: str) -> int:
    for line in file.read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _enabling() -> str:
    return " ".join(f"+{name}" for name in UnifiedGroup.controllers)


def _listed(folder: Path) -> frozenset[int]:
    """The processes of one folder; none where it is gone."""
    try:
        return frozenset(int(line) for line in (folder / "cgroup.procs").read_bytes().split())
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENODEV}:
            raise
        return frozenset()


def _deepest_first(top: Path) -> list[Path]:
    below = [entry for entry in top.iterdir() if entry.is_dir()] if top.exists() else []
    return [folder for entry in below for folder in _deepest_first(entry)] + [top]


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _EMPTY_WITHIN
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise UnsafeSetup(f"a control group does not go: {error}", advice=_ADVICE) from error
            time.sleep(_PAUSE)
        else:
            return
