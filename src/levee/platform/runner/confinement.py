"""What a runner's process gives up before it hears anything: the host's files, network, processes and users.

It starts as root and ends as root of a user namespace of its own, whose only users are the runner's and the slots'.
On the host it is a user that owns nothing but its control groups. Order:

1. a process namespace, and a mount namespace whose root holds only programs, the interpreter, Levee's code, its own
   /proc and its own control groups;
2. a user namespace with network, mount, IPC and name namespaces that belong to it: what was mounted before is locked;
3. a reaper as process 1, so that nothing it starts outlives it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.sandbox import linux

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.platform.sandbox.slots import Slots

_ROOT = Path("/run/levee-runner-root")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
_SCRATCH_SIZE = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What a runner keeps.

    Attributes:
        slots: the slots whose users it may use.
        groups: control group folders that belong to it, by hierarchy; it sees no others.
        joined: those of them, or below them, that it joins first.
        code: further folders whose modules it may import.
        hidden: host folders that it must not see, though they lie inside something that it sees.
    """

    slots: Slots
    groups: tuple[Path, ...]
    joined: tuple[Path, ...]
    code: tuple[Path, ...]
    hidden: tuple[Path, ...]


def enter(confinement: Confinement) -> tuple[int, ...]:
    """Give everything up; only the confined process returns from this.

    Returns:
        Descriptors for watching executions, one per slot; empty where the kernel does not offer it.

    Raises:
        OSError: a namespace or mount was refused.
    """
    for folder in confinement.joined:
        (folder / "cgroup.procs").write_text("0")
    watches = tuple(_watch_descriptors(confinement.slots.count))
    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWPID)
    linux.mount("", Path("/"), "", linux.MS_REC | linux.MS_PRIVATE)
    _continue_in_child()
    _build_root(confinement)
    _own_users(confinement.slots)
    linux.die_with_parent()
    _become_reaped()
    return watches


def _watch_descriptors(count: int) -> Iterable[int]:
    with contextlib.suppress(OSError):
        for _ in range(count):
            yield linux.watch_open()


def _build_root(confinement: Confinement) -> None:
    """A tmpfs with what is needed bound into it becomes the root; the old root goes."""
    _ROOT.mkdir(mode=0o700, exist_ok=True)
    linux.mount("levee", _ROOT, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, f"size={_SCRATCH_SIZE},mode=0755")
    for source in _needed(confinement.code):
        _show(source)
    for device in _DEVICES:
        _bind(Path("/dev") / device)
    runtime = confinement.slots.runtime
    _show(confinement.slots.locks)
    for name in ("proc", "dev/shm", "tmp"):
        (_ROOT / name).mkdir(parents=True, exist_ok=True)
    linux.mount("proc", _ROOT / "proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    for place, folder in enumerate(confinement.groups):
        target = _ROOT / "sys/fs/cgroup" / str(place)
        target.mkdir(parents=True)
        linux.mount(str(folder), target, "", linux.MS_BIND)
    keeper = confinement.slots.keeper
    for owned in (_ROOT / runtime.relative_to("/"), _ROOT / "tmp", _ROOT / "dev/shm"):
        os.chown(owned, keeper, keeper)
    (_ROOT / "tmp").chmod(0o711)
    _hide(confinement.hidden)
    _pivot()


def _needed(code: tuple[Path, ...]) -> list[Path]:
    """System folders, the interpreter and the packages, without those that lie in another of them."""
    named = [Path(one) for one in (*_SYSTEM, sys.prefix, sys.base_prefix, *sys.path) if one]
    wanted = [one for one in (*named, *code) if one.exists()]
    links = [one for one in wanted if one.is_symlink()]
    folders = [*sorted({one.resolve() for one in wanted if one.is_dir()}), Path("/etc/ld.so.cache")]
    kept: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return [*links, *(one for one in kept if one.exists())]


def _show(source: Path) -> None:
    """Show a folder, file or link of the host at the same place, read-only."""
    target = _ROOT / source.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        if not target.is_symlink():
            target.symlink_to(source.readlink())
        return
    target.mkdir(exist_ok=True) if source.is_dir() else target.touch()
    linux.bind_read_only(source, target)


def _bind(device: Path) -> None:
    target = _ROOT / device.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    linux.mount(str(device), target, "", linux.MS_BIND)


def _hide(hidden: tuple[Path, ...]) -> None:
    """Cover what must not be seen but lies inside something shown."""
    for folder in hidden:
        shown = _ROOT / folder.relative_to("/")
        if shown.is_dir():
            linux.mount("levee", shown, "tmpfs", linux.MS_RDONLY, "size=4096,mode=0755")


def _pivot() -> None:
    os.chdir(_ROOT)
    linux.pivot_here()
    os.chdir("/")


def _own_users(slots: Slots) -> None:
    """Enter a user namespace that knows the runner's user as its root, and the slots' users by their own numbers."""
    ready_read, ready_write = os.pipe()
    done_read, done_write = os.pipe()
    mapper = os.fork()
    if mapper == 0:
        _map(slots, ready_read, done_write)
    os.close(done_write)
    namespaces = linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    linux.unshare(linux.CLONE_NEWUSER | namespaces)
    os.write(ready_write, b"1")
    mapped = os.read(done_read, 1)
    for descriptor in (ready_read, ready_write, done_read):
        os.close(descriptor)
    os.waitpid(mapper, 0)
    if not mapped:
        message = "the users of the runner cannot be mapped"
        raise OSError(message)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _map(slots: Slots, ready: int, done: int) -> None:
    """In a process that is still the host's root: write the maps, and end."""
    try:
        os.read(ready, 1)
        lines = f"0 {slots.keeper} 1\n{slots.first} {slots.first} {slots.count}\n"
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{os.getppid()}/{name}").write_text(lines)
        os.write(done, b"1")
    finally:
        os._exit(0)


def _continue_in_child() -> None:
    """Only the child returns, as process 1 of the new namespace; its parent ends with it."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0x7F)


def _become_reaped() -> None:
    """Only the child returns; process 1 stays behind and reaps."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0x7F)
