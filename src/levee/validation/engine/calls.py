"""Runs of the calls form: a harness-owned driver loads the built target in the sandbox and makes the calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from levee.kernel.hashing import sha256
from levee.platform.sandbox.port import Canary, Limits, Run
from levee.validation.engine.facts import Observation, read_facts
from levee.validation.engine.fill import INSIDE, Filler, Nonces, draw
from levee.validation.engine.kinds import Kind, Language
from levee.validation.engine.runtime import interpreter

if TYPE_CHECKING:
    from pathlib import Path

    from levee.platform.sandbox.port import Sandbox
    from levee.validation.engine.fill import Random
    from levee.validation.engine.proof import Proof

LIMITS = Limits()
GROWTH_LIMITS = Limits(cpu_seconds=4.0)
_DRIVERS = {Language.JAVASCRIPT: "node_driver.js", Language.PYTHON: "python_driver.py"}
_ARGUMENTS = {
    Language.JAVASCRIPT: ("--no-warnings",),
    Language.PYTHON: ("-I", "-S", "-B"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What one run is for: `benign` makes the benign calls; `repeats` and `bland` are growth's."""

    benign: bool = False
    repeats: int = 0
    bland: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsRun:
    """One run with the secrets it had."""

    nonces: Nonces
    seen: Observation


def limits_of(kind: Kind) -> Limits:
    """What a run of a kind may use; growth meets its limit on purpose, so that is a short one."""
    return GROWTH_LIMITS if kind is Kind.GROWTH else LIMITS


def driver(language: Language) -> tuple[str, bytes]:
    """A driver's file name and text."""
    name = _DRIVERS[language]
    return name, resources.files("levee.validation.engine.drivers").joinpath(name).read_bytes()


def driver_digest(language: Language) -> str:
    """Hex SHA-256 of a driver's text."""
    return sha256(driver(language)[1]).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsBench:
    """Where calls are made.

    Attributes:
        sandbox: where each run happens. random: draws the nonces of each run.
        drivers: a folder with the drivers, shown as /h.
    """

    sandbox: Sandbox
    random: Random
    drivers: Path

    def make(self, proof: Proof, tree: Path, purpose: Purpose) -> CallsRun:
        """Run a proof's calls, or its benign calls, once on the built target in `tree`, shown as /t.

        Raises:
            UnsafeSetup: the sandbox, or the interpreter, is not there.
        """
        nonces = draw(self.random, repeats=purpose.repeats, bland=purpose.bland)
        outcome = self.sandbox.run(self._run(proof, nonces, purpose, tree))
        return CallsRun(nonces=nonces, seen=read_facts(outcome, nonces.code))

    def _run(self, proof: Proof, nonces: Nonces, purpose: Purpose, tree: Path) -> Run:
        if proof.language is None:
            raise TypeError(proof.form)
        program = interpreter(proof.language)
        steps = Filler(nonces=nonces).steps(proof.benign if purpose.benign else proof.steps)
        outside = proof.kind is Kind.FILE_OUTSIDE
        job = {"code": nonces.code, "steps": steps, "inside": INSIDE if outside else ""}
        return Run(
            argv=(program.path, *_ARGUMENTS[proof.language], f"/h/{_DRIVERS[proof.language]}"),
            trees={"/t": tree, "/h": self.drivers, **program.trees},
            stdin=json.dumps(job).encode(),
            limits=limits_of(proof.kind),
            canary=Canary(path=nonces.canary) if proof.kind is Kind.COMMAND else None,
            watch_programs=proof.kind is Kind.COMMAND,
            listen_ports=(nonces.port,) if proof.kind is Kind.REQUEST else (),
            collect=("*",) if outside else (),
        )
