"""Rates of success with intervals that know what stands for itself: runs of one task are no independent tries."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from levee.frontier.determination.plan import Cluster, Estimand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.frontier.determination.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate and how far it can be trusted.

    Attributes:
        value: between 0 and 1.
        error: its standard error, on the same scale; 0 where all clusters are alike.
        freedom: degrees of freedom of that error.
        clusters: how many there are that stand for themselves.
    """

    value: float
    error: float
    freedom: float
    clusters: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """An interval that holds the truth as often as `level` says, made on the scale of log odds."""
        return self.within(float(stats.t.ppf(0.5 + level / 2, self.freedom)), 1 - level)

    def within(self, times: float, outside: float) -> tuple[float, float]:
        """The interval of so many standard errors; where all clusters are alike, the exact one."""
        if self.error == 0 or not 0 < self.value < 1:
            none = (outside / 2) ** (1 / self.clusters)
            return max(0.0, min(none, self.value)), min(1.0, max(1 - none, self.value))
        centre, spread = _log_odds(self.value), times * self._error_of_log_odds
        return _share(centre - spread), _share(centre + spread)

    def distance(self, threshold: float) -> float:
        """How many of its standard errors it is above a threshold, on the scale of log odds."""
        if self.error == 0 or not 0 < self.value < 1:
            return math.inf if self.value > threshold else -math.inf
        return (_log_odds(self.value) - _log_odds(threshold)) / self._error_of_log_odds

    @property
    def _error_of_log_odds(self) -> float:
        return self.error / (self.value * (1 - self.value))


def rate(tasks: Mapping[str, Sequence[Run]], estimand: Estimand, cluster: Cluster) -> Rate:
    """The rate of success: each task counts as one, however often it was run."""
    done = {task: [float(each.success) for each in runs] for task, runs in tasks.items() if runs}
    return rate_of(done, estimand, _clusters(tasks, cluster))


def rate_of(tasks: Mapping[str, Sequence[float]], estimand: Estimand, clusters: Mapping[str, str]) -> Rate:
    """The same of any score between 0 and 1.

    Args:
        tasks: the scores of each task's runs.
        estimand: what the rate is of.
        clusters: of each task, what it belongs to that stands for itself.
    """
    if estimand is Estimand.THESE_TASKS:
        return _of_these(list(tasks.values()))
    means: dict[str, list[float]] = defaultdict(list)
    for task, scores in tasks.items():
        means[clusters.get(task, task)].append(sum(scores) / len(scores))
    return _of_population(list(means.values()))


def _of_population(clusters: Sequence[Sequence[float]]) -> Rate:
    """The mean of all tasks; what varies is the sum of a cluster's differences from it (a ratio of sums)."""
    total, number = sum(len(each) for each in clusters), len(clusters)
    value = sum(sum(each) for each in clusters) / total
    squares = sum(sum(score - value for score in each) ** 2 for each in clusters)
    error = math.sqrt(squares * number / (number - 1)) / total if number > 1 else math.nan
    return Rate(value=value, error=error, freedom=max(1, number - 1), clusters=number)


def _of_these(tasks: Sequence[Sequence[float]]) -> Rate:
    """The mean over the tasks there are; what varies is how each comes out from run to run (Satterthwaite)."""
    value = sum(sum(scores) / len(scores) for scores in tasks) / len(tasks)
    parts = [(float(np.var(scores, ddof=1)) / len(scores), len(scores) - 1) for scores in tasks if len(scores) > 1]
    variance = sum(part for part, _ in parts)
    weights = sum(part**2 / freedom for part, freedom in parts)
    return Rate(
        value=value,
        error=math.sqrt(variance) / len(tasks),
        freedom=variance**2 / weights if weights else 1,
        clusters=sum(len(scores) for scores in tasks),
    )


def _clusters(tasks: Mapping[str, Sequence[Run]], cluster: Cluster) -> Mapping[str, str]:
    if cluster is Cluster.TASK:
        return {}
    return {task: runs[0].family or task for task, runs in tasks.items() if runs}


def grouped(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Runs by task, in the order in which they come."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.task, []).append(run)
    return found


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -700 else 0.0  # noqa: PLR2004 - what exp() takes
