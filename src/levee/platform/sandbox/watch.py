"""Watching one run from outside until nothing is left: output, limits, executions, connections."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import time
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox.port import Hit

if TYPE_CHECKING:
    from levee.platform.sandbox.canary import ExecutionWatch
    from levee.platform.sandbox.cgroups import Group
    from levee.platform.sandbox.launch import Launched
    from levee.platform.sandbox.listeners import Listeners
    from levee.platform.sandbox.port import Connection, Run

_TICK = 0.01
_END_TICK = 0.0005
_END_WITHIN = 10.0
_CHUNK = 1 << 16
_STATUS_SIZE = 4096


class Watch:
    """One run, from its start to the empty control group.

    Attributes:
        hits: limits that were met. wall_seconds: from the start to the empty group.
        streams: what was written so far, by name: stdout, stderr, facts, status.
        exit_code: as bubblewrap reports it (128 + signal for a signal), None where the program never started or never
            ended by itself.
    """

    def __init__(
        self,
        run: Run,
        *,
        launched: Launched,
        group: Group,
        executions: ExecutionWatch | None,
        listeners: Listeners,
    ) -> None:
        self._run, self._launched, self._group = run, launched, group
        self._executions, self._listeners = executions, listeners
        self._unsent = memoryview(run.stdin)
        self._selector = selectors.DefaultSelector()
        self._started = time.monotonic()
        self._ended = False
        self.hits: set[Hit] = set()
        self.streams = {"stdout": bytearray(), "stderr": bytearray(), "facts": bytearray(), "status": bytearray()}
        self.wall_seconds = 0.0
        self.exit_code: int | None = None

    @property
    def connections(self) -> tuple[Connection, ...]:
        """What the listeners accepted."""
        return self._listeners.connections

    def to_the_end(self) -> None:
        """Serve the run until its control group is empty.

        Raises:
            UnsafeSetup: killed processes do not end.
        """
        process = os.pidfd_open(self._launched.process)
        try:
            self._register(process)
            while not self._ended and not self._over_limit():
                self._serve(_TICK)
            self._end()
            self._drain()
        finally:
            os.close(process)
            self._selector.close()
        self._read_status()

    def _register(self, process: int) -> None:
        for name in self.streams:
            self._selector.register(getattr(self._launched, name), selectors.EVENT_READ, name)
        if self._unsent:
            self._selector.register(self._launched.stdin, selectors.EVENT_WRITE, "stdin")
        else:
            os.close(self._launched.stdin)
        self._selector.register(process, selectors.EVENT_READ, "end")
        if self._executions is not None:
            self._selector.register(self._executions.descriptor, selectors.EVENT_READ, "execution")
        self._register_listeners()

    def _register_listeners(self) -> None:
        known = {descriptor for descriptor, key in self._selector.get_map().items() if key.data == "network"}
        for descriptor in known - self._listeners.descriptors:
            self._selector.unregister(descriptor)
        for descriptor in self._listeners.descriptors - known:
            self._selector.register(descriptor, selectors.EVENT_READ, "network")

    def _serve(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            if key.data == "end":
                self._ended = True
                self._selector.unregister(key.fd)
            elif key.data == "stdin":
                self._feed()
            elif key.data == "execution" and self._executions is not None:
                self._executions.serve()
            elif key.data == "network":
                self._selector.unregister(key.fd)
                self._listeners.serve(key.fd)
                self._register_listeners()
            else:
                self._read(key.data, key.fd)

    def _feed(self) -> None:
        try:
            sent = os.write(self._launched.stdin, self._unsent[:_CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            sent = len(self._unsent)
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._close(self._launched.stdin)

    def _read(self, name: str, descriptor: int) -> None:
        """Keep at most the limit; what is more ends the run."""
        stream = self.streams[name]
        most = _STATUS_SIZE if name == "status" else self._run.limits.output
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        stream += data[: most - len(stream)]
        if not data:
            self._close(descriptor)
        elif len(data) and len(stream) == most and name != "status":
            self.hits.add(Hit.OUTPUT)

    def _close(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)
        os.close(descriptor)

    def _over_limit(self) -> bool:
        limits = self._run.limits
        if time.monotonic() - self._started > limits.wall_seconds:
            self.hits.add(Hit.WALL)
        if self._group.cpu_seconds() > limits.cpu_seconds:
            self.hits.add(Hit.CPU)
        if self._group.out_of_memory():
            self.hits.add(Hit.MEMORY)
        return bool(self.hits)

    def _end(self) -> None:
        """Kill by group and wait for the group, not for the launcher; go on answering the kernel meanwhile."""
        deadline = time.monotonic() + _END_WITHIN
        self._group.kill()
        while not self._ended or not self._group.empty():
            if time.monotonic() > deadline:
                raise UnsafeSetup("processes of a run do not end", advice="Look for processes in state D on this host.")
            self._serve(_END_TICK)
            if not self._group.empty():
                self._group.kill()
        self._reap(self._launched.process)
        self.wall_seconds = time.monotonic() - self._started

    def _reap(self, process: int) -> None:
        """Wait for one that has left its control group already, so this is short."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)

    def _drain(self) -> None:
        """All writers are gone: read to the end, within the limits."""
        with contextlib.suppress(KeyError):
            self._close(self._launched.stdin)
        for key in list(self._selector.get_map().values()):
            if key.data in self.streams:
                while key.fd in self._selector.get_map():
                    self._read(key.data, key.fd)
        if self._executions is not None:
            self._executions.serve()
        self._listeners.drain()
        if self._group.out_of_processes():
            self.hits.add(Hit.PIDS)
        if self._group.out_of_memory():
            self.hits.add(Hit.MEMORY)

    def _read_status(self) -> None:
        """Bubblewrap tells its inner process, which is ours to reap once the launcher is gone, and the exit status."""
        for line in bytes(self.streams["status"]).splitlines():
            with contextlib.suppress(ValueError):
                told = json.loads(line)
                self.exit_code = told.get("exit-code", self.exit_code)
                if "child-pid" in told:
                    self._reap(told["child-pid"])
