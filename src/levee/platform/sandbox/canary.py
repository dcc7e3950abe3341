"""The canary: a program whose executions the kernel reports, with the arguments that it got.

The kernel holds each execution of the canary's file, and then the canary's own opening of its file, until the harness
has answered; in between the harness reads the arguments from the held process. Nothing that the run writes is believed.
Where the kernel does not offer this (fanotify with permission events), the canary's own trace is used, and said so.
"""

from __future__ import annotations

import functools
import os
import stat
from pathlib import Path

from levee.platform.sandbox import linux
from levee.platform.sandbox.elf import Buffer, Result, program, step
from levee.platform.sandbox.port import CanaryExecution

TRACE = ".canary-trace"
"""Where the canary notes its arguments, under /w; believed only where nothing better is possible."""
_MOST = 64
_PROGRAM_FOLDERS = ("bin", "sbin", "local/bin", "local/sbin", "libexec", "lib", "games")
_LOADER_NAME = "ld-linux-*.so.*"
_USR = Path("/usr")
_READ, _WRITE, _OPEN = 0, 1, 2
_SIZE = 0x8000


def canary_program() -> bytes:
    """Opens its own file (where the harness holds it), notes its arguments, ends with 0."""
    return program(
        [
            step(_OPEN, b"/proc/self/exe", os.O_RDONLY, 0),
            step(_OPEN, b"/proc/self/cmdline", os.O_RDONLY, 0),
            step(_READ, Result(1), Buffer(), _SIZE),
            step(_OPEN, f"/w/{TRACE}".encode(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            step(_WRITE, Result(3), Buffer(), Result(2)),
            step(_WRITE, Result(3), b"\n", 1),
        ]
    )


class ExecutionWatch:
    """Sees, from outside, the executions of the canary, and where asked those of every program.

    Attributes:
        descriptor: of `linux.watch_open`; readable when the kernel holds somebody: then call `serve` soon.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._canary: tuple[int, int] | None = None
        self.canary: list[CanaryExecution] = []
        self._programs = False
        self._loading: set[int] = set()
        self._executed: list[str] = []

    @property
    def execs(self) -> tuple[str, ...]:
        """Programs executed after the first, as paths inside; for one outside the folders of programs, its loader."""
        return tuple(self._executed[1:])

    def add_canary(self, file: Path) -> None:
        """Watch the canary's file, which nobody else uses. Raises OSError."""
        linux.mark(self.descriptor, file, linux.FAN_OPEN_EXEC_PERM | linux.FAN_OPEN_PERM)
        status = file.stat()
        self._canary = (status.st_dev, status.st_ino)

    def add_programs(self, folder: Path) -> None:
        """Watch what is shown as /usr: its folders of programs, and the loader of all that is linked dynamically.

        Raises:
            OSError: the kernel does not offer it.
        """
        self._programs = True
        for place in _program_folders():
            linux.mark(self.descriptor, folder / place, linux.FAN_OPEN_EXEC_PERM | linux.FAN_EVENT_ON_CHILD)
        for loader in _loaders():
            linux.mark(self.descriptor, folder / loader, linux.FAN_OPEN_EXEC_PERM)

    def serve(self) -> None:
        """Note and let go on whatever the kernel holds."""
        for event in linux.read_events(self.descriptor):
            try:
                self._note(event)
            finally:
                linux.allow(self.descriptor, event)

    def close(self) -> None:
        """Watch nothing any more; whoever is still held goes on."""
        self.serve()
        linux.unmark(self.descriptor)

    def _note(self, event: linux.FileEvent) -> None:
        if event.mask & linux.FAN_OPEN_EXEC_PERM and self._programs:
            self._note_program(event)
        if event.mask & linux.FAN_OPEN_PERM and len(self.canary) < _MOST:
            arguments = self._arguments(event.process)
            if arguments is not None:
                self.canary.append(CanaryExecution(arguments=arguments))

    def _note_program(self, event: linux.FileEvent) -> None:
        """The kernel tells a program and then its loader; of one that lies elsewhere, the loader alone."""
        path = Path(f"/proc/self/fd/{event.descriptor}").readlink()
        loader = path.match(_LOADER_NAME)
        if loader and event.process in self._loading:
            self._loading.remove(event.process)
            return
        if not loader:
            self._loading.add(event.process)
        if len(self._executed) < _MOST:
            self._executed.append(str(path))

    def _arguments(self, process: int) -> tuple[str, ...] | None:
        """Of a process that is the canary; None for others, who may well read the canary's file."""
        try:
            running = Path(f"/proc/{process}/exe").stat()
            line = Path(f"/proc/{process}/cmdline").read_bytes()[:_SIZE]
        except OSError:
            return None
        if (running.st_dev, running.st_ino) != self._canary:
            return None
        return _split(line)


@functools.cache
def _program_folders() -> tuple[str, ...]:
    return tuple(name for name in _PROGRAM_FOLDERS if (_USR / name).is_dir() and not (_USR / name).is_symlink())


@functools.cache
def _loaders() -> tuple[str, ...]:
    found = (*_USR.glob(f"lib*/{_LOADER_NAME}"), *_USR.glob(f"lib*/*-linux-*/{_LOADER_NAME}"))
    return tuple(str(file.relative_to(_USR)) for file in found if not file.is_symlink())


def traced(work: Path) -> tuple[CanaryExecution, ...]:
    """What the canary itself noted under the run's work folder; a run could have written it."""
    try:
        descriptor = os.open(work / TRACE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ()
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ()
        lines = file.read(_SIZE).split(b"\0\n")[:_MOST]
    return tuple(CanaryExecution(arguments=_split(line)) for line in lines if line)


def _split(line: bytes) -> tuple[str, ...]:
    return tuple(part.decode("utf-8", "backslashreplace") for part in line.removesuffix(b"\0").split(b"\0")[1:])
