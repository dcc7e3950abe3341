"""Above, below, or undecided: a rate against a threshold, as it was planned before the first run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scipy import stats

from levee.frontier.determination.plan import Cheats
from levee.frontier.determination.rates import Rate, grouped, rate
from levee.frontier.determination.runs import check_runs, scored
from levee.frontier.determination.spending import boundaries
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from levee.frontier.determination.plan import Plan
    from levee.frontier.determination.runs import Run

SAYS = (
    "This compares how often tasks of one pack were solved with a threshold that was set before. It is a lower bound: "
    "what was reached with this budget and this scaffold. It is not an approval, a licence, a clearance or a finding "
    "that a model is safe, and nothing waits on it."
)


class Outcome(StrEnum):
    """On which side of the threshold the rate is; undecided is an answer as good as the others."""

    ABOVE = "above"
    BELOW = "below"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look showed.

    Attributes:
        tasks: after how many.
        rate: of success.
        low, high: the interval that holds the truth at every look at once, as often as the plan's error says.
        distance: from the threshold, in standard errors of the log odds. boundary: what it had to pass.
    """

    tasks: int
    rate: Rate
    low: float
    high: float
    distance: float
    boundary: float

    @property
    def outcome(self) -> Outcome:
        """What this look says by itself."""
        if abs(self.distance) <= self.boundary:
            return Outcome.UNDECIDED
        return Outcome.ABOVE if self.distance > 0 else Outcome.BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a plan's runs say.

    Attributes:
        looks: those that were due, in order; the last one decided, or the runs end there.
        finished: no further look would change the outcome.
        runs: how many runs were looked at; what was run after the decision is not.
    """

    outcome: Outcome
    looks: tuple[Look, ...]
    finished: bool
    runs: int

    @property
    def last(self) -> Look:
        """The look that the outcome rests on."""
        return self.looks[-1]


def decide(plan: Plan, runs: Sequence[Run]) -> Decision:
    """Decide as planned, with cheating counted as the plan says.

    Raises:
        BadInput: the runs are not those of the plan, or too few for its first look.
    """
    return _decide(plan, check_runs(plan, runs), runs, plan.cheats)


def sensitivity(plan: Plan, runs: Sequence[Run]) -> Mapping[Cheats, Decision]:
    """The same for each way to count cheating: whether the outcome rests on it."""
    tasks = check_runs(plan, runs)
    return {cheats: _decide(plan, tasks, runs, cheats) for cheats in Cheats}


def _decide(plan: Plan, tasks: Mapping[str, Sequence[Run]], runs: Sequence[Run], cheats: Cheats) -> Decision:
    whole = [task for task, done in tasks.items() if len(done) == plan.epochs]
    there = set(whole)
    counted = grouped(scored((run for run in runs if run.task in there), cheats))
    done: list[Look] = []
    limits = boundaries(plan.looks, plan.error, plan.spending)
    for number, limit in zip(plan.looks, limits, strict=True):
        if number > len(whole):
            break
        part = {task: counted.get(task, []) for task in whole[:number]}
        done.append(_look(plan, number, part, limit))
        if done[-1].outcome is not Outcome.UNDECIDED:
            break
    if not done:
        raise BadInput(
            f"the first look is after {plan.looks[0]} tasks of {plan.epochs} epochs, and {len(whole)} are whole",
            place="runs",
            advice="run on; nothing is decided before the plan says so",
        )
    last = done[-1]
    finished = last.outcome is not Outcome.UNDECIDED or last.tasks == plan.looks[-1]
    looked_at = sum(len(tasks[task]) for task in whole[: last.tasks])
    return Decision(outcome=last.outcome, looks=tuple(done), finished=finished, runs=looked_at)


def _look(plan: Plan, number: int, tasks: Mapping[str, Sequence[Run]], limit: float) -> Look:
    found = rate(tasks, plan.estimand, plan.cluster)
    boundary = float(stats.t.isf(stats.norm.sf(limit), found.freedom))
    low, high = found.within(boundary, 2 * float(stats.norm.sf(limit)))
    distance = found.distance(plan.threshold)
    if abs(distance) == float("inf") and low <= plan.threshold <= high:
        distance = 0.0  # all clusters are alike, and still too few
    return Look(tasks=number, rate=found, low=low, high=high, distance=distance, boundary=boundary)
