"""How success grows with what is spent on it: with tokens, and with the number of tries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.frontier.determination.plan import Cluster
from levee.frontier.determination.rates import rate_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from levee.frontier.determination.plan import Estimand
    from levee.frontier.determination.runs import Run

STEPS = 12
"""Of the curve over tokens, evenly on a scale of powers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The rate of success with so much at hand, and its 95 % interval.

    Attributes:
        at: so many tokens a run, or so many tries at each task.
    """

    at: int
    rate: float
    low: float
    high: float


def over_tokens(tasks: Mapping[str, Sequence[Run]], estimand: Estimand, cluster: Cluster) -> list[Point]:
    """What share of runs had succeeded once they had spent so many tokens; empty where nothing was spent."""
    spent = [run.tokens for runs in tasks.values() for run in runs if run.tokens > 0]
    if not spent:
        return []
    least, most = min(spent), max(spent)
    grid = sorted({round(least * (most / least) ** (step / (STEPS - 1))) for step in range(STEPS)})
    return [
        _point(
            at,
            {task: [float(run.success and run.tokens <= at) for run in runs] for task, runs in tasks.items()},
            tasks,
            estimand,
            cluster,
        )
        for at in grid
    ]


def over_tries(tasks: Mapping[str, Sequence[Run]], estimand: Estimand, cluster: Cluster) -> list[Point]:
    """What share of tasks is solved at least once in so many tries: estimated without bias, from all runs (pass@k)."""
    most = min((len(runs) for runs in tasks.values() if runs), default=0)
    return [
        _point(
            tries,
            {task: [_at_least_once(runs, tries)] for task, runs in tasks.items() if runs},
            tasks,
            estimand,
            cluster,
        )
        for tries in range(1, most + 1)
    ]


def _at_least_once(runs: Sequence[Run], tries: int) -> float:
    failed = sum(not run.success for run in runs)
    return 1 - math.comb(failed, tries) / math.comb(len(runs), tries)


def _point(
    at: int,
    scores: Mapping[str, Sequence[float]],
    tasks: Mapping[str, Sequence[Run]],
    estimand: Estimand,
    cluster: Cluster,
) -> Point:
    families = {task: runs[0].family or task for task, runs in tasks.items() if runs}
    found = rate_of(scores, estimand, families if cluster is Cluster.FAMILY else {})
    low, high = found.interval()
    return Point(at=at, rate=found.value, low=low, high=high)
