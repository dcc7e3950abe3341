"""Starting an evaluation in a process of its own, hearing what it says, and ending it with everything below it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from levee.frontier.evaluations.folder import PRIVATE
from levee.frontier.evaluations.spelling import order_bytes
from levee.kernel.errors import Conflict
from levee.platform.sandbox.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from levee.frontier.evaluations.types import Order

_HOMES = {
    "HOME": "home",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "tmp",
}
"""Where programs keep what they like, traces with every command among it: all of it is taken into the folder."""
_WORDS = "worker.log"


def evaluate(order: Order) -> Generator[dict[str, Any], None, None]:
    """Run an evaluation; gives what its worker says, and at last that it is over, whatever became of the worker.

    Whoever stops to listen ends it. The thread that calls this must stay until then: the worker ends with it.

    Raises:
        Conflict: it runs already.
    """
    folder = Path(order.folder)
    private = folder / PRIVATE
    with _alone(folder), (folder / _WORDS).open("ab") as words:
        _homes(private)
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "levee.frontier.evaluations.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            env=_environment(private),
            cwd="/",  # which a run can read of the process above it
            start_new_session=True,
        )
        last: dict[str, Any] = {}
        try:
            _hand_over(process, order)
            for line in _pipe(process.stdout):
                with contextlib.suppress(ValueError):
                    last = json.loads(line)
                    yield last
        finally:
            _end(process)
            _clear(order, private)
        if last.get("event") != "over":
            message = f"the worker ended by itself, with status {process.returncode}: see {_WORDS} in the folder"
            yield {"event": "over", "ended": "failed", "message": message}


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("this evaluation runs already", place=str(folder)) from error
        yield
    finally:
        os.close(descriptor)


def _homes(private: Path) -> None:
    shutil.rmtree(private, ignore_errors=True)
    for name in _HOMES.values():
        (private / name).mkdir(mode=0o700, parents=True)


def _environment(private: Path) -> dict[str, str]:
    """Nothing of this process's own."""
    homes = {variable: str(private / name) for variable, name in _HOMES.items()}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "INSPECT_DISPLAY": "none", **homes}


def _hand_over(process: subprocess.Popen[bytes], order: Order) -> None:
    with contextlib.suppress(BrokenPipeError), _pipe(process.stdin) as pipe:
        pipe.write(order_bytes(order))


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        message = "a worker has both pipes"
        raise ValueError(message)
    return stream


def _end(process: subprocess.Popen[bytes]) -> None:
    """The worker leads a group of its own; what it runs in a sandbox ends with it, as bubblewrap is told to."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _pipe(process.stdout).close()


def _clear(order: Order, private: Path) -> None:
    """Take away what a worker leaves that was ended: working folders in memory, traces, buffers."""
    slots = order.slots
    Slots(first=slots.first_user, count=slots.count, runtime=Path(slots.runtime)).clear_abandoned()
    shutil.rmtree(private, ignore_errors=True)
