"""What one run sees of files: its own small file system, folders shown read-only, the canary; and collecting."""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, TooLarge
from levee.platform.sandbox import canary, linux

if TYPE_CHECKING:
    from levee.platform.sandbox.port import Run
    from levee.platform.sandbox.slots import Slot

_MAX_DEPTH = 32
_LONGEST = 4000
"""Bytes of a path of the host at most: a kernel takes 4095, and these are laid out again in another slot."""
_RESERVED = frozenset({"w", "usr", "lib", "lib64", "bin", "proc", "dev", "tmp", "sys", "etc", "run"})
_CANARY_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The mounts of one run, below its slot's folder.

    Attributes:
        work: host path of /w.
        shown: path inside -> host path, read-only.
        programs: host path of what is shown as /usr.
        canary: host path of the canary's file, where there is one.
    """

    work: Path
    shown: dict[str, Path] = field(default_factory=dict)
    programs: Path = Path("/usr")
    canary: Path | None = None


def build(slot: Slot, run: Run, *, owner: int) -> Workspace:
    """Mount and fill what the run needs; /w and what is in it belong to `owner`.

    Raises:
        BadInput: a path that leaves /w, or a folder that the run's user could not read.
        TooLarge: the files do not fit into `limits.disk` and `limits.inodes`.
        OSError: mounting failed.
    """
    work = _file_system(slot, run, owner)
    _fill(work, run, owner)
    shown = {}
    for place, (inside, folder) in enumerate(run.trees.items()):
        check_place(inside)
        _check_readable(inside, folder)
        target = slot.folder / f"t{place}"
        target.mkdir() if folder.is_dir() else target.touch()
        linux.bind_read_only(folder, target)
        shown[inside] = target
    programs = _own_programs(slot) if run.watch_programs else Path("/usr")
    return Workspace(work=work, shown=shown, programs=programs, canary=_canary(slot, run))


def _file_system(slot: Slot, run: Run, user: int) -> Path:
    folder = slot.folder / "w"
    folder.mkdir()
    flags = linux.MS_NOSUID | linux.MS_NODEV | (0 if run.executable_work else linux.MS_NOEXEC)
    size = f"size={run.limits.disk},nr_inodes={run.limits.inodes}"
    linux.mount("levee", folder, "tmpfs", flags, f"{size},mode=0700,uid={user},gid={user}")
    return folder


def _own_programs(slot: Slot) -> Path:
    """The host's programs as files of this run alone, so that watching them sees this run alone."""
    folder, nothing = slot.folder / "u", slot.folder / "n"
    folder.mkdir()
    nothing.mkdir()
    flags = linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("levee", folder, "overlay", flags, f"lowerdir=/usr:{nothing}")
    return folder


def _canary(slot: Slot, run: Run) -> Path | None:
    """A file of this run alone, so that watching it sees this run alone."""
    if run.canary is None:
        return None
    folder = slot.folder / "c"
    folder.mkdir()
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("levee", folder, "tmpfs", flags, f"size={_CANARY_SIZE},nr_inodes=4,mode=0711")
    file = folder / "canary"
    file.write_bytes(canary.canary_program())
    file.chmod(0o555)
    return file


def _fill(work: Path, run: Run, user: int) -> None:
    mode = 0o700 if run.executable_work else 0o600
    try:
        for name, data in run.files.items():
            path = work / _inside(name)
            for folder in reversed(path.relative_to(work).parents[:-1]):
                if not (work / folder).is_dir():
                    (work / folder).mkdir(mode=0o700)
                    os.chown(work / folder, user, user)
            path.write_bytes(data)
            path.chmod(mode)
            os.chown(path, user, user)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise TooLarge("the files of the run do not fit into its limits") from error
        raise BadInput(f"the files of the run cannot be laid out: {error.strerror}") from error


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if not name or "\0" in name or path.is_absolute() or ".." in path.parts or not path.parts:
        raise BadInput("a file of the run must lie under /w", place=name)
    return path


def check_place(inside: str) -> None:
    """A path that the harness chose for something of its own inside. Raises BadInput."""
    parts = PurePosixPath(inside).parts
    if len(parts) < 2 or parts[0] != "/" or ".." in parts or parts[1] in _RESERVED:  # noqa: PLR2004 - "/" and a name
        raise BadInput("a folder is shown at a place of its own, such as /t", place=inside)


def _check_readable(inside: str, folder: Path) -> None:
    status = folder.stat(follow_symlinks=False)
    wanted = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else stat.S_IROTH
    if not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)) or status.st_mode & wanted != wanted:
        raise BadInput(
            "a folder that is shown to a run must be readable by everyone, for the run's user owns nothing",
            place=inside,
            advice="Give it and what is in it the modes 0755 and 0644.",
        )


def collect(work: Path, patterns: tuple[str, ...], most: int) -> tuple[dict[str, bytes], bool]:
    """Regular files under /w whose relative path matches a pattern (`*` crosses folders), links never followed.

    Returns:
        The files, and whether some were left out because they are over `most` bytes together, or too deep, or
        their paths too long.
    """
    found: dict[str, bytes] = {}
    left = most
    complete = True
    waiting = [""] if patterns else []
    while waiting:
        folder = waiting.pop()
        for entry in sorted(os.scandir(work / folder), key=lambda entry: entry.name):
            name = f"{folder}{entry.name}"
            if len(os.fsencode(work / name)) > _LONGEST:
                complete = False
            elif entry.is_dir(follow_symlinks=False):
                if name.count("/") < _MAX_DEPTH:
                    waiting.append(f"{name}/")
                else:
                    complete = False
            elif entry.is_file(follow_symlinks=False) and any(fnmatch.fnmatchcase(name, one) for one in patterns):
                data = _read(work / name, left)
                if data is None:
                    complete = False
                else:
                    found[name] = data
                    left -= len(data)
    return found, complete


def _read(path: Path, most: int) -> bytes | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return None if os.fstat(descriptor).st_size > most else file.read(most)


def full(work: Path) -> bool:
    """Whether the run's file system has no block or no inode left."""
    status = os.statvfs(work)
    return status.f_bfree == 0 or status.f_ffree == 0
