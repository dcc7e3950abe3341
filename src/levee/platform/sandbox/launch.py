"""The launch order of one run: control groups, limits, slot user, and only then bubblewrap."""

from __future__ import annotations

import fcntl
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.sandbox import seccomp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.platform.sandbox.cgroups import Group
    from levee.platform.sandbox.port import Run
    from levee.platform.sandbox.slots import Slot
    from levee.platform.sandbox.workspace import Workspace

SHELL, SETPRIV, BUBBLEWRAP = "/bin/sh", "/usr/bin/setpriv", "/usr/bin/bwrap"
FACTS, _FILTER, _STATUS = 3, 4, 5
_HIGH = 64
_INNER_USER = 65534
_TMP_SIZE = 16 * 1024 * 1024
_OPEN_FILES = 256
_BLOCK = 512

_ENTER = """\
for group in $1; do echo 0 >"$group/cgroup.procs" || exit 125; done
ulimit -c 0 && ulimit -n "$2" && ulimit -f "$3" || exit 125
shift 3
unset PWD
exec "$@"
"""
"""Runs as the supervisor's user, before anything foreign: joins the control groups, sets limits, forgets its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """Which walls stand. All of them, always; tests take one away to show that start-up refuses without it."""

    slot_user: bool = True
    control_group: bool = True
    system_calls: bool = True
    read_only_proc: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A run that has started.

    Attributes:
        process: the launcher.
        stdin: descriptor to write to. stdout, stderr, facts, status: descriptors to read from.
    """

    process: int
    stdin: int
    stdout: int
    stderr: int
    facts: int
    status: int


def start(run: Run, *, slot: Slot, group: Group, workspace: Workspace, walls: Walls, own_network: bool) -> Launched:
    """Start the run. The thread that calls this must stay until the run has ended: the run dies with it.

    With `own_network` the calling thread has already entered the run's network namespace.

    Raises:
        OSError: the launcher cannot be started.
    """
    stdin_read, stdin = _pipe()
    stdout, stdout_write = _pipe()
    stderr, stderr_write = _pipe()
    facts, facts_write = _pipe()
    status, status_write = _pipe()
    filter_read = _filter()
    inside = {0: stdin_read, 1: stdout_write, 2: stderr_write, FACTS: facts_write, _STATUS: status_write}
    inside[_FILTER] = filter_read
    try:
        argv = [*_enter(run, group), *_user(slot, walls), *_walls(run, workspace, walls, own_network=own_network)]
        process = os.posix_spawn(
            SHELL,
            argv,
            {},
            file_actions=_descriptors(inside),
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT],
            setsigmask=[],
        )
    except BaseException:
        for descriptor in (stdin, stdout, stderr, facts, status):
            os.close(descriptor)
        raise
    finally:
        for descriptor in inside.values():
            os.close(descriptor)
    for descriptor in (stdin, stdout, stderr, facts, status):
        os.set_blocking(descriptor, False)
    return Launched(process=process, stdin=stdin, stdout=stdout, stderr=stderr, facts=facts, status=status)


def _enter(run: Run, group: Group) -> list[str]:
    folders = " ".join(str(folder) for folder in group.folders)
    return [SHELL, "-c", _ENTER, SHELL, folders, str(_OPEN_FILES), str(max(1, run.limits.disk // _BLOCK))]


def _user(slot: Slot, walls: Walls) -> list[str]:
    if not walls.slot_user:
        return []
    user = str(slot.user)
    nothing = ["--clear-groups", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs"]
    return [SETPRIV, "--reuid", user, "--regid", user, *nothing, "--"]


def _walls(run: Run, workspace: Workspace, walls: Walls, *, own_network: bool) -> list[str]:
    inner = str(_INNER_USER)
    argv = [BUBBLEWRAP, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"]
    argv += [] if own_network else ["--unshare-net"]
    argv += ["--uid", inner, "--gid", inner, "--cap-drop", "ALL", "--disable-userns", "--die-with-parent"]
    argv += ["--new-session", "--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "HOME", "/w"]
    for name, value in run.environment.items():
        argv += ["--setenv", name, value]
    argv += ["--hostname", "x", "--json-status-fd", str(_STATUS)]
    argv += [
        "--ro-bind",
        str(workspace.programs),
        "/usr",
        "--symlink",
        "usr/lib",
        "/lib",
        "--symlink",
        "usr/lib64",
        "/lib64",
    ]
    argv += ["--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev"]
    argv += ["--size", str(_TMP_SIZE), "--tmpfs", "/tmp"]  # noqa: S108 - a folder of the run's own
    for place, source in workspace.shown.items():
        argv += ["--ro-bind", str(source), place]
    argv += ["--bind", str(workspace.work), "/w"]
    if workspace.canary is not None and run.canary is not None:
        argv += ["--ro-bind", str(workspace.canary), run.canary.path]
    argv += ["--remount-ro", "/proc"] if walls.read_only_proc else []
    argv += ["--remount-ro", "/"]
    argv += ["--chdir", "/w"]
    argv += ["--seccomp", str(_FILTER)] if walls.system_calls else []
    return [*argv, "--", *run.argv]


def _pipe() -> tuple[int, int]:
    """Both ends far above the numbers that the run will see, so that moving one cannot overwrite another."""
    ends = os.pipe2(os.O_CLOEXEC)
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]


def _filter() -> int:
    read, write = _pipe()
    os.write(write, seccomp.program())
    os.close(write)
    return read


def _descriptors(inside: dict[int, int]) -> Sequence[tuple[int, int] | tuple[int, int, int]]:
    """Put the run's descriptors in place and close every other one that would be inherited."""
    actions: list[tuple[int, int] | tuple[int, int, int]] = []
    for entry in Path("/proc/self/fd").iterdir():
        descriptor = int(entry.name)
        if descriptor not in inside and _inherited(descriptor):
            actions.append((os.POSIX_SPAWN_CLOSE, descriptor))
    actions += [(os.POSIX_SPAWN_DUP2, source, target) for target, source in inside.items()]
    return actions


def _inherited(descriptor: int) -> bool:
    try:
        return not fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    except OSError:
        return False


def missing_programs() -> list[str]:
    """Programs of the launch order that this host lacks."""
    return [program for program in (SHELL, SETPRIV, BUBBLEWRAP) if not Path(program).exists()]
