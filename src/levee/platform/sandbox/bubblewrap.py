"""The adapter of the port `Sandbox` on one Linux host: bubblewrap inside a control group under a slot's user."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, UnsafeSetup
from levee.platform.sandbox import canary, cgroups, launch, linux, workspace
from levee.platform.sandbox.listeners import Listeners, own_network
from levee.platform.sandbox.port import Hit, Limits, Outcome
from levee.platform.sandbox.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.platform.sandbox.canary import ExecutionWatch
    from levee.platform.sandbox.cgroups import Group
    from levee.platform.sandbox.hierarchies import Hierarchies
    from levee.platform.sandbox.launch import Launched, Walls
    from levee.platform.sandbox.port import Run, SelfTest
    from levee.platform.sandbox.slots import Slot, Slots
    from levee.platform.sandbox.workspace import Workspace

_SIGNALS = 128
_LAST_SIGNAL = 64
_NO_PROGRAM = 127


class BubblewrapSandbox:
    """One run at a time per slot; runs of several threads and processes take several slots."""

    name = "bubblewrap"

    def __init__(self, *, slots: Slots, hierarchies: Hierarchies, walls: Walls, watches: tuple[int, ...] = ()) -> None:
        """`watches`: descriptors of `linux.watch_open`, one per slot, where this process may not make them itself."""
        self._slots, self._hierarchies, self._walls = slots, hierarchies, walls
        self._watches: SimpleQueue[int] = SimpleQueue()
        for watch in watches:
            self._watches.put(watch)

    def run(self, run: Run) -> Outcome:
        """Run to the end and clean up; the slot is free when this returns.

        Raises:
            BadInput, TooLarge: what the run brings cannot be laid out.
            UnsafeSetup: the walls cannot be put up on this host.
        """
        _check(run)
        with self._slots.take() as slot, self._group(slot, run.limits) as group:
            try:
                return self._run(run, slot, group)
            except OSError as error:
                raise UnsafeSetup(
                    f"a run cannot be set up: {error}", advice="The worker needs root: see the guide on workers."
                ) from error

    def self_test(self) -> SelfTest:
        """Run the hostile probes of start-up."""
        from levee.platform.sandbox import probes  # noqa: PLC0415 - probes run this adapter

        return probes.self_test(self)

    @contextlib.contextmanager
    def _group(self, slot: Slot, limits: Limits) -> Iterator[Group]:
        group = self._hierarchies.make(slot.name, limits if self._walls.control_group else None)
        try:
            yield group
        finally:
            cgroups.end(group)

    def _run(self, run: Run, slot: Slot, group: Group) -> Outcome:
        space = workspace.build(slot, run, owner=slot.user if self._walls.slot_user else 0)
        with contextlib.ExitStack() as stack:
            executions = self._executions(run, space, stack)
            launched, listeners = self._launch(run, slot, group, space)
            stack.callback(listeners.close)
            watch = Watch(run, launched=launched, group=group, executions=executions, listeners=listeners)
            watch.to_the_end()
            _must_have_started(watch)
            files, complete = workspace.collect(space.work, run.collect, run.limits.disk)
            if not complete or workspace.full(space.work):
                watch.hits.add(Hit.DISK)
            return _with_executions(_outcome(watch, group, files), run, space, executions)

    def _launch(self, run: Run, slot: Slot, group: Group, space: Workspace) -> tuple[Launched, Listeners]:
        with own_network() if run.listen_ports else contextlib.nullcontext():
            listeners = Listeners(run.listen_ports)
            try:
                launched = launch.start(
                    run, slot=slot, group=group, workspace=space, walls=self._walls, own_network=bool(run.listen_ports)
                )
            except BaseException:
                listeners.close()
                raise
        return launched, listeners

    def _executions(self, run: Run, space: Workspace, stack: contextlib.ExitStack) -> ExecutionWatch | None:
        """Let the kernel watch what is asked; None where nothing is, or where the kernel cannot."""
        if run.canary is None and not run.watch_programs:
            return None
        descriptor = self._take_watch()
        if descriptor is None:
            return None
        stack.callback(self._watches.put, descriptor)
        watch = canary.ExecutionWatch(descriptor)
        stack.callback(watch.close)
        if space.canary is not None:
            watch.add_canary(space.canary)
        if run.watch_programs:
            watch.add_programs(space.programs)
        return watch

    def _take_watch(self) -> int | None:
        """One that is free, else a new one: they are kept, for closing one takes as long as a run."""
        with contextlib.suppress(Empty):
            return self._watches.get_nowait()
        with contextlib.suppress(OSError):
            return linux.watch_open()
        return None


def _check(run: Run) -> None:
    words = (*run.argv, *run.environment, *run.environment.values(), *run.trees)
    if not run.argv or any("\0" in word for word in words):
        raise BadInput("a run needs a program, and its words hold no NUL", place="argv")
    if any(not name or "=" in name for name in run.environment):
        raise BadInput("a name of the environment is not empty and holds no =", place="environment")
    if run.canary is not None:
        workspace.check_place(run.canary.path)


def _must_have_started(watch: Watch) -> None:
    """A launcher that ends without having started the program, and that no limit ended, is a broken set-up.

    Only the launcher can have written to standard error then, so its words can be believed.
    """
    if watch.exit_code is not None or watch.hits:
        return
    told = bytes(watch.streams["stderr"][-500:]).decode("utf-8", "replace").strip()
    if told.startswith("bwrap: execvp "):
        watch.exit_code = _NO_PROGRAM
    else:
        raise UnsafeSetup(f"the sandbox could not start a program: {told}", advice="See that bubblewrap works here.")


def _outcome(watch: Watch, group: Group, files: dict[str, bytes]) -> Outcome:
    code, ended_by = _end(watch.exit_code)
    if ended_by == signal.SIGSYS:
        watch.hits.add(Hit.SECCOMP)
    if ended_by == signal.SIGXFSZ:
        watch.hits.add(Hit.DISK)
    return Outcome(
        exit=code,
        signal=ended_by,
        stdout=bytes(watch.streams["stdout"]),
        stderr=bytes(watch.streams["stderr"]),
        facts=bytes(watch.streams["facts"]),
        cpu_seconds=group.cpu_seconds(),
        wall_seconds=watch.wall_seconds,
        peak_memory=group.peak_memory(),
        hits=frozenset(watch.hits),
        files=files,
        connections=watch.connections,
    )


def _with_executions(outcome: Outcome, run: Run, space: Workspace, executions: ExecutionWatch | None) -> Outcome:
    if executions is not None:
        return replace(outcome, canary=tuple(executions.canary), execs=executions.execs)
    if run.watch_programs:
        raise UnsafeSetup("executions cannot be observed", advice="The kernel must offer fanotify permission events.")
    seen = canary.traced(space.work) if run.canary is not None else ()
    return replace(outcome, canary=seen, canary_observed=False)


def _end(code: int | None) -> tuple[int | None, int | None]:
    """Exit status or signal; a program that exits with 128 + n by itself is told as if signal n had ended it."""
    if code is None:
        return None, int(signal.SIGKILL)
    if _SIGNALS < code <= _SIGNALS + _LAST_SIGNAL:
        return None, code - _SIGNALS
    return code, None
