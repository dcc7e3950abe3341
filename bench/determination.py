"""Whether what is said of evaluations holds as often as it says; run as `script/bench determination`.

Simulated worlds with a known truth, through the code that decides. *coverage* is how often a 95 % interval holds the
truth, beside the one that takes runs for independent; *wrong* how often a rate that is exactly at the threshold is said
to be above it, and below it. *saved* is the share of runs that a plan with many looks leaves out beside one with a
single look at its end, both erring as seldom. *horizon* is how often the interval of a time horizon holds the true one.

Prints one JSON line.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from levee.frontier.determination.deciding import Outcome, decide
from levee.frontier.determination.horizon import horizons
from levee.frontier.determination.plan import Estimand, Plan
from levee.frontier.determination.rates import rate_of
from levee.frontier.determination.runs import Run

WORLDS = 2000
PACK = "sha256:" + "0" * 64
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(101)
LOOKS = tuple(range(20, 161, 10))


@dataclass(frozen=True, kw_only=True)
class Regime:
    """A population of tasks.

    Attributes:
        families: how many tasks each has; families of one are tasks that stand for themselves.
        level: the log odds of success of a middling task. spread: of tasks. shared: of families.
    """

    families: tuple[int, ...]
    epochs: int
    level: float
    spread: float
    shared: float = 0.0

    @property
    def truth(self) -> float:
        """The rate over the whole population."""
        odds = self.level + math.hypot(self.spread, self.shared) * NODES
        return float((WEIGHTS / WEIGHTS.sum() / (1 + np.exp(-odds))).sum())

    def chances(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Of each task of a sample, how often it is solved."""
        shared = np.repeat(rng.standard_normal(len(self.families)) * self.shared, self.families)
        odds = self.level + shared + self.spread * rng.standard_normal(sum(self.families))
        return 1 / (1 + np.exp(-odds))


REGIMES = {
    "40 tasks, 10 epochs": Regime(families=(1,) * 40, epochs=10, level=0, spread=2),
    "160 tasks, 1 epoch": Regime(families=(1,) * 160, epochs=1, level=0, spread=2),
    "20 tasks, 10 epochs": Regime(families=(1,) * 20, epochs=10, level=0.6, spread=2),
    "80 hard tasks, 5 epochs": Regime(families=(1,) * 80, epochs=5, level=-3.2, spread=1.5),
    "12 families of 8, 4 epochs": Regime(families=(8,) * 12, epochs=4, level=0, spread=1.5, shared=1),
    "24 uneven families, 4 epochs": Regime(families=(2, 4, 6) * 8, epochs=4, level=1, spread=1.5, shared=1),
}


def main(words: Sequence[str]) -> None:
    """Simulate everything; the number of worlds may be given."""
    worlds = int(words[0]) if words else WORLDS
    began = time.perf_counter()
    found = {
        "worlds": worlds,
        "coverage": {name: coverage(each, worlds) for name, each in REGIMES.items()},
        "these_tasks": of_these_tasks(worlds),
        "sequential": {str(rate): sequential(rate, max(200, worlds // 4)) for rate in (0.4, 0.5, 0.6, 0.65, 0.7)},
        "horizon": horizon(max(50, worlds // 20)),
    }
    print(json.dumps({**found, "seconds": round(time.perf_counter() - began, 1)}))


def coverage(regime: Regime, worlds: int) -> dict[str, float]:
    """How often intervals hold the truth, and a decision errs."""
    rng, truth = np.random.default_rng(1), regime.truth
    names = [str(task) for task in range(sum(regime.families))]
    family = {
        name: str(place)
        for name, place in zip(names, np.repeat(range(len(regime.families)), regime.families), strict=True)
    }
    held = naive = above = below = 0
    for _ in range(worlds):
        solved = rng.random((len(names), regime.epochs)) < regime.chances(rng)[:, None]
        found = rate_of(dict(zip(names, solved.astype(float).tolist(), strict=True)), Estimand.TASKS_LIKE_THESE, family)
        low, high = found.interval()
        held += low <= truth <= high
        above, below = above + (low > truth), below + (high < truth)
        share, number = solved.mean(), solved.size
        naive += abs(share - truth) <= 1.96 * math.sqrt(share * (1 - share) / number)
    counts = {"coverage": held, "as_if_independent": naive, "wrong_above": above, "wrong_below": below}
    return {name: round(count / worlds, 4) for name, count in counts.items()}


def of_these_tasks(worlds: int) -> dict[str, float]:
    """The same of the very tasks: what varies is how each comes out."""
    rng, regime = np.random.default_rng(2), REGIMES["40 tasks, 10 epochs"]
    held = 0
    for _ in range(worlds):
        chances = regime.chances(rng)
        solved = (rng.random((len(chances), regime.epochs)) < chances[:, None]).astype(float).tolist()
        scores = {str(task): runs for task, runs in enumerate(solved)}
        low, high = rate_of(scores, Estimand.THESE_TASKS, {}).interval()
        held += low <= chances.mean() <= high
    return {"coverage": round(held / worlds, 4)}


def sequential(rate: float, worlds: int) -> dict[str, float]:
    """Many looks beside one at the end, at the threshold of one half, with up to 160 tasks of ten epochs."""
    rng = np.random.default_rng(3)
    regime = Regime(families=(1,) * LOOKS[-1], epochs=10, level=level_of(rate), spread=2)
    often = Plan(pack=PACK, threshold=0.5, looks=LOOKS, epochs=10)
    once = Plan(pack=PACK, threshold=0.5, looks=LOOKS[-1:], epochs=10)
    tally: dict[str, int] = dict.fromkeys(("above", "below", "once_above", "once_below", "runs"), 0)
    for _ in range(worlds):
        solved = rng.random((LOOKS[-1], 10)) < regime.chances(rng)[:, None]
        runs = [
            Run(task=str(task), epoch=epoch + 1, success=bool(each))
            for task, row in enumerate(solved)
            for epoch, each in enumerate(row)
        ]
        early, late = decide(often, runs), decide(once, runs)
        for outcome in (Outcome.ABOVE, Outcome.BELOW):
            tally[outcome] += early.outcome is outcome
            tally[f"once_{outcome}"] += late.outcome is outcome
        tally["runs"] += early.runs
    shares = {name: round(count / worlds, 4) for name, count in tally.items() if name != "runs"}
    return shares | {"saved": round(1 - tally["runs"] / worlds / (LOOKS[-1] * 10), 3)}


def horizon(worlds: int) -> dict[str, float]:
    """150 tasks of 15 families, half of those of an hour solved: how often the interval holds the hour."""
    rng, held, ratios = np.random.default_rng(4), 0, []
    for world in range(worlds):
        shared = rng.standard_normal(15) * 0.5
        tasks: dict[str, list[Run]] = {}
        for task in range(150):
            length = rng.uniform(0, 10)
            odds = 0.9 * (math.log2(60) - length) + shared[task % 15] + 0.7 * rng.standard_normal()
            tasks[str(task)] = [
                Run(
                    task=str(task),
                    family=str(task % 15),
                    epoch=epoch,
                    success=bool(rng.random() < 1 / (1 + math.exp(-odds))),
                    minutes=2**length,
                )
                for epoch in (1, 2, 3)
            ]
        half, _ = horizons(tasks, seed=world, draws=300)
        held += half.low <= 60 <= half.high
        ratios.append(half.minutes / 60)
    return {"coverage": round(held / worlds, 3), "median_over_truth": round(float(np.median(ratios)), 3)}


def level_of(rate: float) -> float:
    """The level at which a population of spread 2 has such a rate."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if Regime(families=(1,), epochs=1, level=middle, spread=2).truth < rate:
            low = middle
        else:
            high = middle
    return low


if __name__ == "__main__":
    main(sys.argv[1:])
