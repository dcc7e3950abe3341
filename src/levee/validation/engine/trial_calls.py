"""The calls form on trial, for every kind but growth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.validation.engine import oracles
from levee.validation.engine.calls import CallsBench, CallsRun, Purpose, driver_digest, limits_of
from levee.validation.engine.evidence import calls_record
from levee.validation.engine.kinds import NEEDED, RUNS, Form
from levee.validation.engine.runtime import interpreter
from levee.validation.engine.sealed import with_version
from levee.validation.engine.trial import Silence, TargetShowing
from levee.validation.engine.verdict import EffectField, Reach

if TYPE_CHECKING:
    from pathlib import Path

    from levee.validation.engine.proof import Proof
    from levee.validation.engine.sealed import BuiltTarget
    from levee.validation.engine.trial import Bench

BENIGN = Purpose(benign=True)


class CallsTrial:
    """A proof of calls, judged by the narrow and the broad check of its kind."""

    def __init__(self, proof: Proof, bench: Bench) -> None:
        self.proof, self.bench = proof, bench
        self.calls = CallsBench(sandbox=bench.sandbox, random=bench.random, drivers=bench.drivers)
        self.limits = limits_of(proof.kind)
        self.records: list[dict[str, object]] = []
        self.runs = RUNS[Form.CALLS]

    def describe(self) -> dict[str, object]:
        """Driver and interpreter, for the evidence."""
        if self.proof.language is None:
            raise TypeError(self.proof.form)
        program = interpreter(self.proof.language)
        return {
            "driver": driver_digest(self.proof.language),
            "language": self.proof.language,
            "interpreter": program.version,
            "sandbox": self.bench.sandbox.name,
        }

    def on_target(self, built: BuiltTarget) -> TargetShowing:
        """Show the effect, and that the benign calls pass, on the target."""
        *runs, benign = self.bench.each(
            lambda purpose: self.calls.make(self.proof, built.tree, purpose), [*[Purpose()] * self.runs, BENIGN]
        )
        shown = [oracles.effect(self.proof, run.nonces, run.seen) for run in runs]
        for run, one in zip(runs, shown, strict=True):
            self._record("target", "steps", run, {"shown": one.shown, "why": one.why})
        failing = self.benign_fails("target", benign)
        why = next((one.why for one in shown if not one.shown), "")
        return TargetShowing(
            effect=EffectField(
                shown=sum(one.shown for one in shown), runs=self.runs, needed=NEEDED[Form.CALLS], why=why
            ),
            loaded=any(run.seen.of("loaded") and not run.seen.of("unloaded") for run in runs),
            control=f"on the target itself, {failing}" if failing else "",
            reach=Reach.YES if all(run.seen.entered(len(self.proof.steps)) for run in runs) else Reach.UNKNOWN,
        )

    def on_contrast(self, built: BuiltTarget, shown: TargetShowing) -> Silence:
        """Look for any sign of the class on an independent build of it."""
        del shown
        first = self.calls.make(self.proof, built.tree, Purpose())
        more = [] if self._signs(first) else [Purpose()] * (self.runs - 1)
        *further, benign = self.bench.each(
            lambda purpose: self.calls.make(self.proof, built.tree, purpose), [*more, BENIGN]
        )
        runs = [first, *further]
        signs: list[str] = []
        there = 0
        for run in runs:
            found = self._signs(run)
            signs += found
            effect = oracles.effect(self.proof, run.nonces, run.seen).shown
            there += effect
            self._record("contrast", "steps", run, {"shown": effect, "signs": list(found)})
        why = self.benign_fails("contrast", benign) or self.not_reached(runs)
        return Silence(reached=not why, signs=tuple(dict.fromkeys(signs)), shown=there, runs=len(runs), why=why)

    def _signs(self, run: CallsRun) -> tuple[str, ...]:
        if self.bench.rules.narrow_contrast:
            return oracles.narrow_signs(self.proof, run.nonces, run.seen)
        return oracles.signs(self.proof, run.seen)

    def not_reached(self, runs: list[CallsRun]) -> str:
        """Why the contrast was not reached by these runs of the steps, or empty."""
        for run in runs:
            if not run.seen.entered(len(self.proof.steps)):
                return "a named call was not entered"
            if not run.seen.done:
                return "a run did not come to its end"
        return ""

    def benign_fails(self, on: str, run: CallsRun) -> str:
        """Why the benign calls do not pass on a build, or empty."""
        self._record(on, "benign", run, {})
        seen = run.seen
        if seen.of("unloaded"):
            return "the package did not load"
        if seen.of("absent") or not seen.entered(len(self.proof.benign)):
            return "a benign call names an entry that is not there"
        if seen.of("threw") or seen.of("mismatch") or not seen.done:
            return "a benign call does not pass"
        return ""

    def swapped(self, built: BuiltTarget, version: str) -> str:
        """Whether the effect stays when the target says another version: what is wrong, or empty."""
        tree = with_version(built, version, self._swap_folder(built)).tree
        run = self.calls.make(self.proof, tree, Purpose())
        shown = oracles.effect(self.proof, run.nonces, run.seen)
        self._record("swap", "steps", run, {"shown": shown.shown, "why": shown.why})
        return "" if shown.shown else "the effect goes away when the target says the contrast's version"

    def _swap_folder(self, built: BuiltTarget) -> Path:
        return self.bench.folder / f"swap-{built.digest[:16]}-{self.bench.random(6).hex()}"

    def _record(self, on: str, purpose: str, run: CallsRun, judged: dict[str, object]) -> None:
        self.records.append(calls_record(on, purpose, run.nonces, run.seen, judged))
