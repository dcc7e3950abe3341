"""The dispatcher's side: starts runners, hands each one job, believes nothing that comes back."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any, Self

from levee.kernel.errors import BadInput, TooLarge, Unavailable, UnsafeSetup
from levee.platform.runner import wire
from levee.platform.sandbox import hierarchies
from levee.platform.sandbox.launch import Walls
from levee.platform.sandbox.slots import FIRST_USER, RUNTIME, Slots

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from levee.platform.sandbox.cgroups import Delegation

_MEMORY = 4 << 30
_START_SECONDS = 60.0
_CHUNK = 1 << 16
_TOLD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A runner's process that has not yet heard its one job."""

    process: subprocess.Popen[bytes]
    delegation: Delegation

    def exchange(self, message: wire.Message | None, bounds: wire.Bounds, seconds: float) -> wire.Message:
        """Hand over the job, if any, and take the answer.

        Raises:
            BadInput, TooLarge: the answer is not well-formed.
            Unavailable: the process ended or the time is over.
        """
        deadline = time.monotonic() + seconds
        if message is not None:
            pipe = _stream(self.process.stdin)
            wire.write(message, lambda data: _send(pipe.fileno(), data, deadline), bounds)
        answers = _stream(self.process.stdout)
        answer = wire.read(lambda size: _receive(answers.fileno(), size, deadline), bounds)
        if answer is None:
            raise Unavailable("the runner ended without an answer", code="runner.ended")
        return answer

    def told(self) -> str:
        """The last words on standard error; only for a start that failed, before anything foreign was heard."""
        stream = _stream(self.process.stderr)
        os.set_blocking(stream.fileno(), False)
        return (stream.read() or b"")[-_TOLD:].decode("utf-8", "replace").strip()

    def end(self) -> None:
        """End it and everything that it started."""
        self.process.kill()
        self.process.wait()
        try:
            self.delegation.end()
        finally:
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                with contextlib.suppress(OSError):
                    _stream(stream).close()


class Runner:
    """Runs jobs on foreign data, each in a process of its own that reaches nothing but the sandbox.

    A next process always waits ready, so a job does not pay for its start. Threads may share a Runner.

    Args:
        handlers: kind of job -> `module:function`, the closed list of what a runner may do. A handler takes
            `(header: dict, attachments: dict[str, bytes], sandbox: Sandbox)` and returns a header and attachments.
        data_folder: Levee's own folder; a runner does not see it.
        slots: runs at the same time on this host. first_user: the first of the slots' users.
        code: folders with handlers outside of Levee's own packages.
        hidden: further host folders that lie inside Levee's code or the interpreter and must not be seen.
        memory: the most for one job with all its runs, in bytes.
        bounds: the most for one message. walls: for tests only.
    """

    def __init__(
        self,
        *,
        handlers: Mapping[str, str],
        data_folder: Path,
        slots: int = 2,
        first_user: int = FIRST_USER,
        runtime: Path = RUNTIME,
        code: tuple[Path, ...] = (),
        hidden: tuple[Path, ...] = (),
        memory: int = _MEMORY,
        bounds: wire.Bounds = wire.BOUNDS,
        walls: Walls | None = None,
    ) -> None:
        self._handlers, self._memory, self._bounds = dict(handlers), memory, bounds
        self._code = code
        self._hidden = (data_folder, *hidden)
        self._slots = Slots(first=first_user, count=slots, runtime=runtime)
        self._walls = walls or Walls()
        self._lock = threading.Lock()
        self._spare: _Child | None = None
        self._open = False

    def open(self) -> None:
        """Run the sandbox's self-test in a runner, and keep one ready.

        Raises:
            UnsafeSetup: a wall is missing; the advice names it.
        """
        if os.geteuid() != 0:
            raise UnsafeSetup(
                "a runner needs host users of its own, and only root can give them",
                advice="Start the worker as root; foreign data is handled by users that own nothing.",
            )
        self._slots.prepare()
        hierarchies.find().clear_abandoned()
        child = self._start(test=True)
        try:
            child.exchange(None, self._bounds, _START_SECONDS)
        except (Unavailable, BadInput, TooLarge) as error:
            raise UnsafeSetup(
                f"the runner does not start: {child.told().rpartition('UnsafeSetup: ')[2]}",
                advice="Nothing foreign runs here until every wall holds.",
            ) from error
        finally:
            child.end()
        self._spare = self._start()
        self._open = True

    def run(
        self, kind: str, header: Mapping[str, Any], attachments: Mapping[str, bytes], *, seconds: float
    ) -> wire.Message:
        """One job, in a process that has heard nothing before and ends with it.

        Args:
            kind: of `handlers`.
            header: plain JSON for the handler.
            attachments: name -> bytes.
            seconds: until the process is ended.

        Returns:
            What the handler answered. It may come from a runner that was taken over: check it by a closed schema.

        Raises:
            Unavailable: the handler failed, the process ended, or the time is over (codes `runner.failed`,
                `runner.ended`, `runner.deadline`).
            BadInput, TooLarge: the answer is not well-formed.
            KeyError: the kind is not on the list.
        """
        self._handlers[kind]
        child = self._take()
        try:
            message = wire.Message(header={"kind": kind, "job": header}, attachments=attachments)
            return _unwrap(child.exchange(message, self._bounds, seconds))
        finally:
            child.end()

    def close(self) -> None:
        """End the process that waits. Jobs in other threads end by themselves."""
        with self._lock:
            self._open = False
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.end()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> _Child:
        with self._lock:
            if not self._open:
                raise Unavailable("the runner is not open", code="runner.closed")
            child, self._spare = self._spare, None
            if child is not None and child.process.poll() is not None:
                child.end()
                child = None
            child = child or self._start()
            self._spare = self._start()
        return child

    def _start(self, *, test: bool = False) -> _Child:
        delegation = hierarchies.find().delegate(self._slots.keeper, self._memory)
        order = {
            "test": test,
            "handlers": self._handlers,
            "first": self._slots.first,
            "count": self._slots.count,
            "runtime": str(self._slots.runtime),
            "groups": _names(delegation.tops),
            "joined": _names(delegation.joined),
            "code": _names(self._code),
            "hidden": _names(self._hidden),
            "walls": asdict(self._walls),
        }
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-m", "levee.platform.runner", json.dumps(order)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": "/tmp"},  # noqa: S108 - of its own
                cwd="/",
            )
        except BaseException:
            delegation.end()
            raise
        return _Child(process=process, delegation=delegation)


def _names(folders: tuple[Path, ...]) -> list[str]:
    return [str(folder) for folder in folders]


def _unwrap(message: wire.Message) -> wire.Message:
    match dict(message.header):
        case {"answer": dict(header), **rest} if not rest:
            return wire.Message(header=header, attachments=message.attachments)
        case {"failed": str(named), **rest} if not rest:
            raise Unavailable(f"the handler of the job failed: {named[:_TOLD]}", code="runner.failed")
    raise BadInput("the runner's answer has an unknown shape")


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        message = "a runner has all three pipes"
        raise ValueError(message)
    return stream


def _send(descriptor: int, data: bytes, deadline: float) -> None:
    os.set_blocking(descriptor, False)
    view = memoryview(data)
    while view:
        _wait(descriptor, select.POLLOUT, deadline)
        try:
            view = view[os.write(descriptor, view[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except BrokenPipeError as error:
            raise Unavailable("the runner ended before it had its job", code="runner.ended") from error


def _receive(descriptor: int, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        _wait(descriptor, select.POLLIN, deadline)
        part = os.read(descriptor, min(size - len(data), _CHUNK))
        if not part:
            break
        data += part
    return bytes(data)


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise Unavailable("the runner did not answer in time", code="runner.deadline")
