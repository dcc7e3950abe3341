"""The oracles: a narrow check of the effect, and a broad check of its absence on the contrast.

Narrow: this run's nonce, in this place. Broad: any sign of the class at all means that a build is not silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.platform.sandbox.port import Hit
from levee.validation.engine.fill import AREA, INSIDE
from levee.validation.engine.kinds import ENGINE_RANGE_MESSAGES, Kind, Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.validation.engine.facts import Observation
    from levee.validation.engine.fill import Nonces
    from levee.validation.engine.proof import Proof

VERSION = "oracles/1"

_WORK = "/w/"
_ROOT = INSIDE.removeprefix(_WORK) + "/"
_EVALUATION_IS_THE_POINT = frozenset({Kind.COMMAND})
_THREW_PARTS = 4
_INTRINSIC_PARTS = 4

INERT = frozenset({"cat", "hostname", "id", "ls", "uname"})
"""Programs of the system that start no other and read no language: running one is no sign of a command."""

GROWTH_STEP = 1.5
GROWTH_FACTOR = 1.9
GROWTH_SECONDS = 1.0
GROWTH_SILENT = 0.25
"""Growth: 1.5 times the length costs at least 1.9 times and a second; a bland input, or the contrast, a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whether one run shows the effect, and why not where it does not."""

    shown: bool
    why: str = ""


def effect(proof: Proof, nonces: Nonces, seen: Observation) -> Shown:
    """The narrow check of one run, for every kind but growth and memory."""
    if proof.kind not in _EVALUATION_IS_THE_POINT and seen.of("evaluated"):
        return Shown(shown=False, why="wrong kind: text was evaluated as code")
    checks: dict[Kind, Callable[[], bool]] = {
        Kind.PROTOTYPE_POLLUTION: lambda: _polluted(nonces, seen),
        Kind.COMMAND: lambda: _commanded(nonces, seen),
        Kind.FILE_OUTSIDE: lambda: _written(nonces, seen),
        Kind.REQUEST: lambda: _requested(nonces, seen),
        Kind.EXCEPTION: lambda: _thrown(proof, seen),
    }
    if checks[proof.kind]():
        return Shown(shown=True)
    return Shown(shown=False, why=_why_not(seen))


def _why_not(seen: Observation) -> str:
    if seen.of("unloaded"):
        return "the target did not load"
    if seen.of("absent"):
        return "a step names no public entry of the target"
    if seen.outcome.hits:
        return f"a limit was met: {', '.join(sorted(seen.outcome.hits))}"
    return "the effect was not there"


def _polluted(nonces: Nonces, seen: Observation) -> bool:
    return any(fact[2:] == (nonces.key, nonces.value) for fact in seen.of("intrinsic") if len(fact) == _INTRINSIC_PARTS)


def _commanded(nonces: Nonces, seen: Observation) -> bool:
    ran = any(nonces.token in execution.arguments for execution in seen.outcome.canary)
    return ran and seen.outcome.canary_observed


def _written(nonces: Nonces, seen: Observation) -> bool:
    place = f"{AREA}/{nonces.outside}".removeprefix(_WORK)
    return nonces.token.encode() in seen.outcome.files.get(place, b"")


def _requested(nonces: Nonces, seen: Observation) -> bool:
    return any(
        connection.port == nonces.port and nonces.token.encode() in connection.first_bytes
        for connection in seen.outcome.connections
    )


def _thrown(proof: Proof, seen: Observation) -> bool:
    for fact in seen.of("threw"):
        if len(fact) == _THREW_PARTS and fact[2] == f"{proof.exception} target":
            return proof.language is Language.PYTHON or fact[3] in ENGINE_RANGE_MESSAGES
    return False


def signs(proof: Proof, seen: Observation) -> tuple[str, ...]:
    """The broad check of one run, for every kind but growth and memory: what speaks against silence."""
    found = [f"evaluated {' '.join(fact[1:])}" for fact in seen.of("evaluated")]
    checks: dict[Kind, Callable[[], list[str]]] = {
        Kind.PROTOTYPE_POLLUTION: lambda: [
            " ".join(fact) for name in ("intrinsic", "changed") for fact in seen.of(name)
        ],
        Kind.COMMAND: lambda: _processes(seen) + _connections(seen),
        Kind.FILE_OUTSIDE: lambda: _files(seen),
        Kind.REQUEST: lambda: _connections(seen),
        Kind.EXCEPTION: lambda: [
            " ".join(fact[:3]) for fact in seen.of("threw") if fact[2:] and fact[2].split(" ")[0] == proof.exception
        ],
    }
    return tuple(found + checks[proof.kind]())


def narrow_signs(proof: Proof, nonces: Nonces, seen: Observation) -> tuple[str, ...]:
    """The contrast judged by the narrow check only: what a test switches on to show that broadness holds."""
    return ("the effect itself",) if effect(proof, nonces, seen).shown else ()


def _processes(seen: Observation) -> list[str]:
    ran = ["the canary ran"] if seen.outcome.canary else []
    told = [fact[1] for fact in seen.of("process") if fact[1:]]
    return ran + [f"started {name}" for name in (*told, *seen.outcome.execs) if not _inert(name)]


def _inert(program: str) -> bool:
    folder, _, name = program.rpartition("/")
    return name in INERT and folder in {"", "/usr/bin", "/bin"}


def _connections(seen: Observation) -> list[str]:
    told = [f"connected: {' '.join(fact[1:])}" for fact in seen.of("connect")]
    return told + [f"connection accepted at {connection.port}" for connection in seen.outcome.connections]


def _files(seen: Observation) -> list[str]:
    outside = [f"file {name}" for name in seen.outcome.files if not name.startswith(_ROOT)]
    return outside + [f"file {fact[1]}" for fact in seen.of("outside") if fact[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """CPU seconds of three runs on one build: the shorter input, the longer one, and bland text as long."""

    short: float
    long: float
    bland: float
    limit_met: bool
    evaluated: bool


def growth_effect(cost: Growth) -> Shown:
    """The narrow check of growth: length alone makes it dear, and only this text does."""
    if cost.evaluated:
        return Shown(shown=False, why="wrong kind: text was evaluated as code")
    steep = cost.long >= GROWTH_FACTOR * cost.short  # of a run that met the limit, the cost is a lower bound
    if not (steep and (cost.limit_met or cost.long >= GROWTH_SECONDS)):
        return Shown(shown=False, why="the cost did not grow faster than the length")
    if cost.bland > GROWTH_SILENT * cost.long:
        return Shown(shown=False, why="bland text of the same length costs as much")
    return Shown(shown=True)


def growth_signs(target: float, contrast: float, seen: Observation) -> tuple[str, ...]:
    """The contrast's check of growth: at most a quarter of the target's cost at the same length, no limit met."""
    found = [f"evaluated {' '.join(fact[1:])}" for fact in seen.of("evaluated")]
    if contrast > GROWTH_SILENT * target:
        found.append("costs more than a quarter of what the target costs")
    if Hit.CPU in seen.outcome.hits or Hit.WALL in seen.outcome.hits or Hit.MEMORY in seen.outcome.hits:
        found.append("met a limit")
    return tuple(found)
