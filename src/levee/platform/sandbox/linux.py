"""The few system calls that Python 3.11 does not offer, each raising OSError; and the host's mount table."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from dataclasses import dataclass
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    0x1,
    0x2,
    0x4,
    0x8,
    0x20,
    0x1000,
    0x4000,
    0x40000,
)
_KEPT_FLAGS = MS_NOEXEC | 0x400 | 0x800  # and noatime, nodiratime
CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS = (
    0x00020000,
    0x40000000,
    0x08000000,
    0x20000000,
    0x10000000,
    0x04000000,
)
_MNT_DETACH = 0x2
_SYS_PIVOT_ROOT, _PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 155, 1, 36
_FAN_CLASS_CONTENT, _FAN_CLOEXEC, _FAN_NONBLOCK = 0x4, 0x1, 0x2
_FAN_MARK_ADD, _FAN_MARK_FLUSH = 0x1, 0x80
FAN_OPEN_PERM, FAN_OPEN_EXEC_PERM, FAN_EVENT_ON_CHILD = 0x00010000, 0x00040000, 0x08000000
_FAN_ALLOW = 0x1
_AT_FDCWD = -100
_EVENT = struct.Struct("=IBBHQii")

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> int:
    result: int = getattr(_libc, name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def mount(source: str, target: Path, kind: str, flags: int, data: str = "") -> None:
    """Mount, as in section 2 of the manual. Raises OSError."""
    _call(
        "mount", os.fsencode(source), os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags), data.encode()
    )


def bind_read_only(source: Path, target: Path) -> None:
    """Show `source` at `target`, not writable, without set-user-id programs and devices. Raises OSError."""
    mount(str(source), target, "", MS_BIND)
    kept = os.statvfs(target).f_flag & _KEPT_FLAGS  # in a user namespace the flags of the source are locked
    mount("", target, "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | kept)


def unmount(target: Path) -> None:
    """Take a mount away at once, whoever still holds it. Raises OSError."""
    _call("umount2", os.fsencode(target), _MNT_DETACH)


def mounts_below(folder: Path) -> list[Path]:
    """Mount points at or below `folder` in this mount namespace, deepest first."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = (line.split(" ", 5)[4].encode().decode("unicode_escape") for line in lines)
    return [Path(point) for point in sorted(points, reverse=True) if f"{point}/".startswith(f"{folder}/")]


def unshare(flags: int) -> None:
    """Give the calling thread namespaces of its own. Raises OSError."""
    _call("unshare", flags)


def enter_namespace(descriptor: int, kind: int) -> None:
    """Move the calling thread into a namespace. Raises OSError."""
    _call("setns", descriptor, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvent:
    """An open that the kernel holds until it is answered. `descriptor` must be given to `answer`."""

    mask: int
    descriptor: int
    process: int


def watch_open() -> int:
    """A fanotify descriptor for events that wait for an answer. Raises OSError."""
    return _call("fanotify_init", _FAN_CLASS_CONTENT | _FAN_CLOEXEC | _FAN_NONBLOCK, os.O_RDONLY | os.O_CLOEXEC)


def mark(watch: int, path: Path, mask: int) -> None:
    """Watch one file, or with `FAN_EVENT_ON_CHILD` the files of one folder. Raises OSError."""
    _call("fanotify_mark", watch, _FAN_MARK_ADD, ctypes.c_uint64(mask), _AT_FDCWD, os.fsencode(path))


def unmark(watch: int) -> None:
    """Watch nothing any more. Raises OSError."""
    _call("fanotify_mark", watch, _FAN_MARK_FLUSH, ctypes.c_uint64(0), _AT_FDCWD, None)


def read_events(watch: int) -> list[FileEvent]:
    """All events that wait, none if there are none. Raises OSError."""
    try:
        data = os.read(watch, 4096)
    except BlockingIOError:
        return []
    events = []
    while len(data) >= _EVENT.size:
        length, _, _, _, mask, descriptor, process = _EVENT.unpack_from(data)
        events.append(FileEvent(mask=mask, descriptor=descriptor, process=process))
        data = data[length:]
    return events


def allow(watch: int, event: FileEvent) -> None:
    """Let the held open go on, and forget the event. Raises OSError."""
    if event.descriptor >= 0:
        os.write(watch, struct.pack("=iI", event.descriptor, _FAN_ALLOW))
        os.close(event.descriptor)


def pivot_here() -> None:
    """Make the working directory, which must be a mount, the root, and take the old root away. Raises OSError."""
    _call("syscall", ctypes.c_long(_SYS_PIVOT_ROOT), b".", b".")
    _call("umount2", b".", _MNT_DETACH)


def adopt_orphans() -> None:
    """Become the parent of what this process's children leave behind, so that it can be reaped. Raises OSError."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """End at once when the thread that started this process ends. Raises OSError."""
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
