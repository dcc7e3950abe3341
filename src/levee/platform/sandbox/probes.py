"""The hostile self-test of start-up: small programs that try what a run must never be able to do.

Each probe is a list of system calls written by Levee itself, so it needs nothing from the host but the sandbox.
A probe is bounded: with a wall missing it shows that, and does no harm.
"""

from __future__ import annotations

import errno
import os
import signal
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.sandbox.elf import Buffer, Result, Step, program, step
from levee.platform.sandbox.port import MIB, Canary, Hit, Limits, Probe, Run, SelfTest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from levee.platform.sandbox.port import Outcome, Sandbox

_READ_LINK, _OPEN, _SOCKET, _FORK, _MAP, _SLEEP, _UNSHARE, _BPF = 89, 2, 41, 57, 9, 35, 272, 321
_WRITE, _ALLOCATE, _GET_FLAGS, _EXECUTE, _MKDIR = 1, 285, 72, 59, 83
_VSOCK, _NEW_USER, _POPULATE = 40, 0x10000000, 0x8000 | 0x20 | 0x02
_SHORT = Limits(cpu_seconds=2, wall_seconds=5, memory=64 * MIB, pids=32, disk=4 * MIB, inodes=64, output=65536)
_A_MOMENT = struct.pack("<qq", 0, 200_000_000)
_NEVER = struct.pack("<qq", 600, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What is tried, and what must come of it."""

    name: str
    steps: tuple[Step, ...]
    held: Callable[[Outcome, tuple[int, ...]], bool]
    limits: Limits = _SHORT
    canary: Canary | None = None


def self_test(sandbox: Sandbox) -> SelfTest:
    """Make every attempt once; takes a few tenths of a second."""
    with tempfile.TemporaryDirectory(prefix="levee-probe-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "secret").write_text("of the host")
        (folder / "secret").chmod(0o600)
        probes = tuple(_try(sandbox, attempt, {"/t": folder}) for attempt in _attempts())
    return SelfTest(adapter=sandbox.name, probes=probes)


def _try(sandbox: Sandbox, attempt: _Attempt, trees: Mapping[str, Path]) -> Probe:
    outcome = sandbox.run(
        Run(
            argv=("/w/probe",),
            files={"probe": program(list(attempt.steps), report_to=3)},
            trees=trees,
            limits=attempt.limits,
            executable_work=True,
            canary=attempt.canary,
        )
    )
    whole = len(outcome.facts) // 8 * 8
    results = tuple(number for (number,) in struct.iter_unpack("<q", outcome.facts[:whole]))
    told = f"results {list(results[:8])}, exit {outcome.exit}, signal {outcome.signal}, hits {sorted(outcome.hits)}"
    return Probe(name=attempt.name, held=attempt.held(outcome, results), detail=told)


def _refused(*numbers: int) -> Callable[[Outcome, tuple[int, ...]], bool]:
    """Every call was answered with one of these errors, and the program went on to its end."""
    return lambda outcome, results: (
        outcome.exit == 0 and bool(results) and all(-result in numbers for result in results)
    )


def _killed(outcome: Outcome, results: tuple[int, ...]) -> bool:
    return outcome.signal == signal.SIGSYS and not results


def _met(hit: Hit) -> Callable[[Outcome, tuple[int, ...]], bool]:
    return lambda outcome, _: hit in outcome.hits


def _attempts() -> list[_Attempt]:
    return [*_reaching_the_host(), *_reaching_the_kernel(), *_using_too_much(), _observed_canary()]


def _reaching_the_host() -> list[_Attempt]:
    network = os.fsencode(Path("/proc/self/ns/net").readlink())
    return [
        _Attempt(
            name="slot user: a secret of the host's root",
            steps=(step(_OPEN, b"/t/secret", os.O_RDONLY, 0),),
            held=_refused(errno.EACCES),
        ),
        _Attempt(
            name="slot user and read-only /proc: core_pattern",
            steps=(step(_OPEN, b"/proc/sys/kernel/core_pattern", os.O_RDWR, 0),),
            held=_refused(errno.EROFS, errno.EACCES),
        ),
        _Attempt(
            name="read-only /proc: a setting of its own",
            steps=(step(_OPEN, b"/proc/self/oom_score_adj", os.O_RDWR, 0),),
            held=_refused(errno.EROFS),
        ),
        _Attempt(
            name="namespaces: files of the host",
            steps=tuple(step(_OPEN, path, os.O_RDONLY, 0) for path in (b"/etc/shadow", b"/root", b"/sys", b"/run")),
            held=_refused(errno.ENOENT),
        ),
        _Attempt(
            name="namespaces: writing to the programs and the shown folders",
            steps=(step(_MKDIR, b"/usr/levee-probe", 0o700), step(_MKDIR, b"/t/levee-probe", 0o700)),
            held=_refused(errno.EROFS),
        ),
        _Attempt(
            name="namespaces: the host's network",
            steps=(step(_READ_LINK, b"/proc/self/ns/net", Buffer(), 64), step(_WRITE, 3, Buffer(), 64)),
            held=lambda outcome, _: outcome.exit == 0 and network not in outcome.facts and b"net:[" in outcome.facts,
        ),
        _Attempt(
            name="descriptors of the host",
            steps=tuple(step(_GET_FLAGS, number, 1) for number in range(4, 100)),
            held=_refused(errno.EBADF),
        ),
    ]


def _reaching_the_kernel() -> list[_Attempt]:
    return [
        _Attempt(name="filter: vsock", steps=(step(_SOCKET, _VSOCK, 1, 0),), held=_killed),
        _Attempt(name="filter: a nested user namespace", steps=(step(_UNSHARE, _NEW_USER),), held=_killed),
        _Attempt(name="filter: bpf", steps=(step(_BPF, 0, Buffer(), 64),), held=_killed),
    ]


def _using_too_much() -> list[_Attempt]:
    forks = tuple(step(_FORK) for _ in range(7))
    space = b"/w/filler"
    return [
        _Attempt(
            name="control group: processes",
            steps=(*forks, step(_SLEEP, _A_MOMENT, 0)),
            held=_met(Hit.PIDS),
        ),
        _Attempt(
            name="control group: memory",
            steps=(step(_MAP, 0, 192 * MIB, 3, _POPULATE, -1, 0), step(_SLEEP, _A_MOMENT, 0)),
            held=_met(Hit.MEMORY),
        ),
        _Attempt(
            name="file system: space",
            steps=(step(_OPEN, space, os.O_RDWR | os.O_CREAT, 0o600), step(_ALLOCATE, Result(0), 0, 0, 8 * MIB)),
            held=lambda outcome, results: (
                len(results) < 2  # noqa: PLR2004 - ended before the second answer
                or results[1] in {-errno.ENOSPC, -errno.EFBIG}
                or Hit.DISK in outcome.hits
            ),
        ),
        _Attempt(
            name="time",
            steps=(step(_SLEEP, _NEVER, 0),),
            held=_met(Hit.WALL),
            limits=Limits(wall_seconds=0.1, memory=64 * MIB, pids=32, disk=MIB, inodes=64),
        ),
    ]


def _observed_canary() -> _Attempt:
    canary = Canary(path="/c/self-test")
    vector = step(_EXECUTE, b"/c/self-test", 0, 0)
    return _Attempt(
        name="observation: the canary is seen",
        steps=(vector,),
        held=lambda outcome, _: len(outcome.canary) == 1,
        canary=canary,
    )
