"""Growth on trial: CPU of the run's control group against the length of one text."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from levee.platform.sandbox.port import Hit
from levee.validation.engine import oracles
from levee.validation.engine.calls import CallsRun, Purpose
from levee.validation.engine.kinds import NEEDED, Form
from levee.validation.engine.sealed import with_version
from levee.validation.engine.trial import Silence, TargetShowing
from levee.validation.engine.trial_calls import BENIGN, CallsTrial
from levee.validation.engine.verdict import EffectField, Reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.validation.engine.sealed import BuiltTarget

_LIMITS = frozenset({Hit.CPU, Hit.WALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """Three runs of one measurement."""

    short: CallsRun
    long: CallsRun
    bland: CallsRun

    def cost(self) -> oracles.Growth:
        """CPU seconds by purpose."""
        return oracles.Growth(
            short=self.short.seen.outcome.cpu_seconds,
            long=self.long.seen.outcome.cpu_seconds,
            bland=self.bland.seen.outcome.cpu_seconds,
            limit_met=Hit.CPU in self.long.seen.outcome.hits,
            evaluated=any(run.seen.of("evaluated") for run in (self.short, self.long, self.bland)),
        )


def _against_the_cheapest(measured: Sequence[_Measured]) -> list[oracles.Growth]:
    """Each long run against the cheapest short and bland ones: what else a machine does only adds to a cost.

    A run that did not come to its end says nothing about a cost, and without any there is nothing to set a long one
    against.
    """
    short = min((one.cost().short for one in measured if one.short.seen.done), default=math.inf)
    bland = min((one.cost().bland for one in measured if one.bland.seen.done), default=math.inf)
    return [replace(one.cost(), short=short, bland=bland) for one in measured]


class GrowthTrial(CallsTrial):
    """A proof of growth; wall time is never used."""

    _measured: Sequence[_Measured] = ()

    def on_target(self, built: BuiltTarget) -> TargetShowing:
        """Measure on the target: short, long and bland, each `runs` times."""
        measured = self._measured = [self._measure(built, "target") for _ in range(self.runs)]
        shown = [oracles.growth_effect(cost) for cost in _against_the_cheapest(measured)]
        benign = self.benign_fails("target", self.calls.make(self.proof, built.tree, BENIGN))
        why = next((one.why for one in shown if not one.shown), "")
        entered = all(one.long.seen.entered(len(self.proof.steps)) for one in measured)
        return TargetShowing(
            effect=EffectField(
                shown=sum(one.shown for one in shown), runs=self.runs, needed=NEEDED[Form.CALLS], why=why
            ),
            loaded=any(one.short.seen.of("loaded") and not one.short.seen.of("unloaded") for one in measured),
            control=f"on the target itself, {benign}" if benign else "",
            reach=Reach.YES if entered else Reach.UNKNOWN,
            cost=min(one.cost().long for one in measured),
        )

    def cost(self, built: BuiltTarget) -> float:
        """CPU seconds at the full length on the target, the least of as many runs as a verdict takes."""
        full = [Purpose(repeats=self.proof.repeats)] * self.runs
        runs = self.bench.each(lambda purpose: self.calls.make(self.proof, built.tree, purpose), full)
        return min(run.seen.outcome.cpu_seconds for run in runs)

    def _measure(self, built: BuiltTarget, on: str) -> _Measured:
        full = self.proof.repeats
        purposes = [
            Purpose(repeats=int(full / oracles.GROWTH_STEP)),
            Purpose(repeats=full),
            Purpose(repeats=full, bland=True),
        ]
        short, long, bland = self.bench.each(lambda purpose: self.calls.make(self.proof, built.tree, purpose), purposes)
        for name, run in (("short", short), ("long", long), ("bland", bland)):
            self._record(on, name, run, {"repeats": run.nonces.repeats})
        return _Measured(short=short, long=long, bland=bland)

    def on_contrast(self, built: BuiltTarget, shown: TargetShowing) -> Silence:
        """At the full length, at most a quarter of the target's cost."""
        full = Purpose(repeats=self.proof.repeats)
        *runs, benign = self.bench.each(
            lambda purpose: self.calls.make(self.proof, built.tree, purpose), [*[full] * self.runs, BENIGN]
        )
        signs: list[str] = []
        for run in runs:
            found = oracles.growth_signs(shown.cost, run.seen.outcome.cpu_seconds, run.seen)
            signs += found
            self._record("contrast", "long", run, {"signs": list(found)})
        dear = sum(bool(_LIMITS & run.seen.outcome.hits) for run in runs)
        not_entered = [run for run in runs if not run.seen.entered(len(self.proof.steps))]
        unfinished = self.not_reached(runs) if not signs or not_entered else ""
        why = self.benign_fails("contrast", benign) or unfinished
        return Silence(reached=not why, signs=tuple(dict.fromkeys(signs)), shown=dear, runs=self.runs, why=why)

    def swapped(self, built: BuiltTarget, version: str) -> str:
        """Whether the cost stays when the target says another version: what is wrong, or empty."""
        measured = self._measure(with_version(built, version, self._swap_folder(built)), "swap")
        shown = oracles.growth_effect(_against_the_cheapest([*self._measured, measured])[-1])
        return "" if shown.shown else "the cost goes away when the target says the contrast's version"
