"""Where control groups can be made: version 2 where its controllers are, else version 1; refused where neither is.

Version 1 has one hierarchy per controller; the groups of runs lie under the caller's own path in each.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox.cgroups import (
    ADVICE,
    Delegation,
    Group,
    SplitGroup,
    UnifiedGroup,
    end,
    remove_unused,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.platform.sandbox.port import Limits

_LEAF = "levee-supervisor"
_RUNNER = "levee-runner-"
_RUNNER_PROCESSES = 1024
_RUNNER_GROUPS = 64
"""In version 2, where the kernel can bound them; in version 1 the processes bound what is made and kept."""
_FRESH_SECONDS = 60
"""A group that was just made holds no process yet."""


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
            raise UnsafeSetup(f"no control group for a run: {error}", advice=ADVICE) from error
        return group

    def clear_abandoned(self) -> None:
        """Take away groups of runners whose maker was killed: nothing runs in them or below, and they are not fresh."""
        fresh = time.time() - _FRESH_SECONDS  # allow ambient: the host's own time, which names its groups
        for parent in self.parents.values():
            for top in parent.glob(f"{_RUNNER}*"):
                if _made_at(top.name) < fresh:
                    with contextlib.suppress(OSError, UnsafeSetup):  # what stays harms nobody: nothing runs in it
                        remove_unused(top)

    def delegate(self, user: int, memory: int) -> Delegation:
        """Groups that belong to a host user, who may make groups for runs below them.

        Args:
            user: whom they belong to.
            memory: the most for everything in them, in bytes.

        Raises:
            UnsafeSetup: the groups cannot be made.
        """
        now = int(time.time())  # allow ambient: the same
        name = f"{_RUNNER}{now:x}-{secrets.token_hex(8)}"
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
                    (top / "cgroup.max.descendants").write_text(str(_RUNNER_GROUPS))
                    (top / _LEAF).mkdir(mode=0o755)
            for folder in {*delegation.tops, *delegation.joined}:
                for owned in (folder, folder / "cgroup.procs"):
                    os.chown(owned, user, user)
        except OSError as error:
            raise UnsafeSetup(f"no control group for a runner: {error}", advice=ADVICE) from error
        return delegation


def _made_at(name: str) -> int:
    """When a runner's group was made, by its name: the kernel does not keep it."""
    seconds, _, _ = name.removeprefix(_RUNNER).partition("-")
    try:
        return int(seconds, 16)
    except ValueError:
        return 0


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
            raise UnsafeSetup(f"the control group controller {controller} is missing", advice=ADVICE)
        parents[controller] = _below(place, own[controller])
        if not os.access(parents[controller], os.W_OK):
            raise UnsafeSetup(f"the control group of {controller} cannot be written", advice=ADVICE)
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
        _move_to_leaf(here, only_self=True)
        _divide(here)
    except OSError as error:
        raise UnsafeSetup(f"the control group cannot be divided: {error}", advice=ADVICE) from error
    return here


def _divide(here: Path) -> None:
    """Hand the controllers down. Others in the group move to the leaf too: one with processes cannot be divided."""
    try:
        (here / "cgroup.subtree_control").write_text(_enabling())
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        _move_to_leaf(here, only_self=False)
        (here / "cgroup.subtree_control").write_text(_enabling())


def _move_to_leaf(here: Path, *, only_self: bool) -> None:
    leaf = here / _LEAF
    leaf.mkdir(exist_ok=True)
    for process in ["0"] if only_self else (here / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            (leaf / "cgroup.procs").write_text(process)


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


def _enabling() -> str:
    return " ".join(f"+{name}" for name in UnifiedGroup.controllers)
