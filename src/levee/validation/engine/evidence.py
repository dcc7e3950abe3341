"""The evidence of a verdict: everything that a second worker needs to check it, as integers and text."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from levee.kernel.hashing import canonical_json, sha256
from levee.validation.engine.oracles import VERSION

if TYPE_CHECKING:
    from levee.platform.sandbox.port import Limits, Outcome
    from levee.validation.engine.facts import Observation
    from levee.validation.engine.fill import Nonces
    from levee.validation.engine.sealed import BuiltTarget

FORMAT = "evidence/1"
_TEXT = 2000
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The record; upper layers sign its canonical JSON with the worker's key and put its digest into the ledger.

    Attributes:
        proof: digest. target, contrast: builds. engine: versions and digests of what judged. runs: in order.
    """

    proof: str
    target: dict[str, object]
    contrast: dict[str, object]
    engine: dict[str, object]
    limits: dict[str, object]
    runs: tuple[dict[str, object], ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """JSON values; integers, text, lists and objects only."""
        return {
            "format": FORMAT,
            "proof": self.proof,
            "target": self.target,
            "contrast": self.contrast,
            "engine": {"oracles": VERSION, **self.engine},
            "limits": self.limits,
            "runs": list(self.runs),
        }

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the canonical JSON."""
        return sha256(canonical_json(self.as_dict())).hex()


def build_record(built: BuiltTarget | None) -> dict[str, object]:
    """A build: what it is called, and what it is."""
    return {} if built is None else {"spec": built.spec, "version": built.version, "digest": built.digest}


def limits_record(limits: Limits) -> dict[str, object]:
    """Limits as integers: times in microseconds, sizes in bytes."""
    return {
        "cpu_us": int(limits.cpu_seconds * _MICRO),
        "wall_us": int(limits.wall_seconds * _MICRO),
        "memory": limits.memory,
        "pids": limits.pids,
        "output": limits.output,
        "disk": limits.disk,
        "inodes": limits.inodes,
    }


def outcome_record(outcome: Outcome) -> dict[str, object]:
    """What was seen from outside."""
    return {
        "exit": outcome.exit,
        "signal": outcome.signal,
        "hits": sorted(outcome.hits),
        "cpu_us": int(outcome.cpu_seconds * _MICRO),
        "wall_us": int(outcome.wall_seconds * _MICRO),
        "peak_memory": outcome.peak_memory,
        "canary": [list(execution.arguments) for execution in outcome.canary],
        "canary_observed": outcome.canary_observed,
        "execs": list(outcome.execs),
        "connections": [[item.port, item.first_bytes[:_TEXT].decode("latin-1")] for item in outcome.connections],
        "files": sorted(outcome.files)[:100],
    }


def calls_record(
    on: str, purpose: str, nonces: Nonces, seen: Observation, judged: dict[str, object]
) -> dict[str, object]:
    """One run of calls: slots, ordered facts, outside observations, what the oracle made of them."""
    return {
        "on": on,
        "purpose": purpose,
        "slots": {key: value for key, value in asdict(nonces).items() if value != ""},
        "facts": [list(fact) for fact in seen.facts],
        "strays": seen.strays,
        **outcome_record(seen.outcome),
        **judged,
    }
