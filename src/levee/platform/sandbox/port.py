"""The port `Sandbox`: foreign code in, facts out. Nothing here needs Django or a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MIB = 1024 * 1024


class Hit(StrEnum):
    """A limit or a wall that a run ran into."""

    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    PIDS = "pids"
    OUTPUT = "output"
    DISK = "disk"
    SECCOMP = "seccomp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use. Times in seconds, sizes in bytes."""

    cpu_seconds: float = 8.0
    wall_seconds: float = 20.0
    memory: int = 512 * MIB
    pids: int = 64
    output: int = 1 * MIB
    disk: int = 64 * MIB
    inodes: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A program of the harness inside the run: executing it is an observable fact.

    Attributes:
        path: absolute path inside the run, random per run; the canary is static and executable by the run's user.
    """

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One program to run inside.

    Attributes:
        argv: program and arguments as seen inside.
        files: relative path -> bytes, laid out under /w before the start.
        trees: absolute path inside -> host folder or file, mounted read-only (`/t` target, `/h` driver); readable by
            everyone (modes 0755 and 0644), for the run's user owns nothing.
        stdin: bytes on standard input.
        environment: added to the empty environment.
        limits: what it may use.
        executable_work: /w allows execution (needed for compiled targets); interpreted targets run with it off.
        canary: plant a canary and report its executions.
        watch_programs: report every program that is executed after the first. Seen from outside: what is linked
            dynamically, wherever it lies, and what lies in a folder of programs. The first program must be such a one.
        listen_ports: ports of TCP listeners that the harness opens on the run's own loopback before the start. Each
            notes a connection's first bytes, gives an empty HTTP answer and hangs up.
        collect: glob patterns under /w read back after the end, never following links; `*` crosses folders.
    """

    argv: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    trees: Mapping[str, Path] = field(default_factory=dict)
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    executable_work: bool = False
    canary: Canary | None = None
    watch_programs: bool = False
    listen_ports: tuple[int, ...] = ()
    collect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryExecution:
    """The canary ran: observed by the kernel from outside, with what it left behind."""

    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connection that a listener of the harness accepted."""

    port: int
    first_bytes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened, as seen from outside.

    Attributes:
        exit: exit status, or None when a signal ended it; 128 + n is told as signal n; 127 where there was no program.
        signal: the signal, or None.
        stdout, stderr: capped at `limits.output` each.
        facts: bytes written to the fact pipe (descriptor 3 inside), capped the same way.
        cpu_seconds: of the run's cgroup. wall_seconds: from start to the empty cgroup. peak_memory: bytes.
        hits: limits and walls that were met.
        files: relative path -> bytes, of what `collect` named.
        canary: executions of the canary. canary_observed: the kernel saw them; otherwise they are what the canary
            itself noted, which a run could have written.
        execs: paths executed inside after the first program, where `watch_programs` asked for it.
        connections: what the listeners accepted.
    """

    exit: int | None
    signal: int | None
    stdout: bytes
    stderr: bytes
    facts: bytes
    cpu_seconds: float
    wall_seconds: float
    peak_memory: int
    hits: frozenset[Hit] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict)
    canary: tuple[CanaryExecution, ...] = ()
    canary_observed: bool = True
    execs: tuple[str, ...] = ()
    connections: tuple[Connection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One line of the start-up self-test."""

    name: str
    held: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The start-up self-test of an adapter."""

    adapter: str
    probes: tuple[Probe, ...]

    @property
    def held(self) -> bool:
        """Whether every probe was held."""
        return bool(self.probes) and all(probe.held for probe in self.probes)


class Sandbox(Protocol):
    """Runs one program at a time per slot; never degrades silently."""

    name: str

    def run(self, run: Run) -> Outcome:
        """Run to the end and clean up; the slot is free when this returns.

        Raises:
            UnsafeSetup: the walls cannot be put up on this host.
        """

    def self_test(self) -> SelfTest:
        """Run the hostile probes."""
