"""The bytes form on trial: memory errors of the target's own program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.validation.engine.evidence import outcome_record
from levee.validation.engine.kinds import NEEDED, RUNS, Form
from levee.validation.engine.memory import LIMITS, MemoryRun, run_program
from levee.validation.engine.trial import Silence, TargetShowing
from levee.validation.engine.verdict import EffectField, Reach

if TYPE_CHECKING:
    from levee.validation.engine.manifest import Manifest, Program
    from levee.validation.engine.proof import Proof
    from levee.validation.engine.sealed import BuiltTarget
    from levee.validation.engine.trial import Bench

_PREFIXES = ("src/", "lib/", "include/")


class MemoryTrial:
    """A proof of bytes.

    Args:
        manifest: the target's, which names its programs; a contrast's program is looked up there by the same name.
    """

    limits = LIMITS

    def __init__(self, proof: Proof, bench: Bench, manifest: Manifest | None) -> None:
        self.proof, self.bench = proof, bench
        self.program: Program | None = manifest.programs.get(proof.program) if manifest else None
        self.records: list[dict[str, object]] = []
        self.runs = RUNS[Form.BYTES]

    def describe(self) -> dict[str, object]:
        """What judged, for the evidence."""
        return {"driver": "", "language": "c", "interpreter": "", "sandbox": self.bench.sandbox.name}

    def on_target(self, built: BuiltTarget) -> TargetShowing:
        """Show the report, and that the control input passes, on the target."""
        effect = EffectField(shown=0, runs=self.runs, needed=NEEDED[Form.BYTES], why=self._no_program())
        if self.program is None:
            return TargetShowing(effect=effect, loaded=True)
        runs = self._run(built, "target", self.runs)
        shown = sum(run.reported for run in runs)
        why = "" if shown == self.runs else "the sanitizer reported nothing in some runs"
        return TargetShowing(
            effect=EffectField(shown=shown, runs=self.runs, needed=NEEDED[Form.BYTES], why=why),
            loaded=True,
            control="" if self._control_passes(built, "target") else "the control input does not pass on the target",
            reach=Reach.YES if self.program.public else Reach.UNKNOWN,
            signature=self._signature(built) if shown else "",
        )

    def on_contrast(self, built: BuiltTarget, shown: TargetShowing) -> Silence:
        """The same input: no report, no limit, an end of its own; and the control input passes."""
        del shown
        if self.program is None or not (built.tree / built.root / self.program.path).is_file():
            return Silence(reached=False, signs=(), shown=0, runs=0, why=self._no_program())
        runs = self._run(built, "contrast", 1)
        if runs[0].quiet:
            runs += self._run(built, "contrast", self.runs - 1)
        signs = tuple(dict.fromkeys(_sign(run) for run in runs if not run.quiet))
        why = "" if self._control_passes(built, "contrast") else "the control input does not pass"
        there = sum(run.reported for run in runs)
        return Silence(reached=not why, signs=signs, shown=there, runs=len(runs), why=why)

    def swapped(self, built: BuiltTarget, version: str) -> str:
        """A program that reads bytes is not told who it is by them: there is nothing to swap."""
        del built, version
        return ""

    def _no_program(self) -> str:
        return f"the target has no program named {self.proof.program}"

    def _one(self, built: BuiltTarget, data: bytes, via: str, *, symbols: bool = False) -> MemoryRun:
        if self.program is None:
            raise TypeError(self._no_program())
        return run_program(
            self.program,
            data,
            via=via,
            built=built,
            sandbox=self.bench.sandbox,
            random=self.bench.random,
            symbols=symbols,
        )

    def _run(self, built: BuiltTarget, on: str, times: int) -> list[MemoryRun]:
        runs = self.bench.each(lambda _: self._one(built, self.proof.data, self.proof.via), range(times))
        for run in runs:
            self._record(on, "steps", run)
        return runs

    def _control_passes(self, built: BuiltTarget, on: str) -> bool:
        path = built.tree / built.root / (self.program.control if self.program else "")
        if not path.is_file():
            return False
        run = self._one(built, path.read_bytes(), self.proof.via)
        self._record(on, "benign", run)
        return run.quiet and run.outcome.exit == 0

    def _signature(self, built: BuiltTarget) -> str:
        run = self._one(built, self.proof.data, self.proof.via, symbols=True)
        self._record("target", "symbols", run)
        return run.report.signature(_PREFIXES) if run.report else ""

    def _record(self, on: str, purpose: str, run: MemoryRun) -> None:
        self.records.append(
            {
                "on": on,
                "purpose": purpose,
                "slots": {"token": run.token, "status": run.status},
                "shown": run.reported,
                "report": run.text,
                **outcome_record(run.outcome),
            }
        )


def _sign(run: MemoryRun) -> str:
    if run.report is not None:
        return f"report of {run.report.kind}"
    return (
        "ended by a signal or a limit" if run.outcome.exit is None or run.outcome.hits else "text in the report's file"
    )
