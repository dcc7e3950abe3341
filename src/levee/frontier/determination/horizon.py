"""How long the tasks are, in minutes of people, that are solved half of the time, and four times in five.

A logistic curve of success over the logarithm of the minutes; its interval by drawing families, tasks and runs anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from levee.frontier.determination.runs import Run

DRAWS = 1000
SHARES = (0.5, 0.8)
STEPS = 50
HELD = 0.01
"""How strongly a slope is held back, so that tasks that split cleanly into solved and not have a curve too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The minutes at which so large a share is solved, with its 95 % interval."""

    share: float
    minutes: float
    low: float
    high: float


def horizons(tasks: Mapping[str, Sequence[Run]], *, seed: int = 0, draws: int = DRAWS) -> list[Horizon]:
    """The horizons at one half and at four fifths.

    Args:
        tasks: the runs of each; each task counts as one.
        seed: of the drawing, so that anyone gets the same interval.
        draws: how many times everything is drawn anew.

    Raises:
        BadInput: the human time of a task was not measured, or all are the same: there is no curve then.
    """
    for task, runs in tasks.items():
        if runs and runs[0].minutes is None:
            raise BadInput(
                "no time horizon without measured human times",
                place=f"task {task}",
                advice="leave the horizon out; invented times make invented horizons",
            )
    told = [(_family(runs[0]), math.log2(runs[0].minutes or 1), _successes(runs)) for runs in tasks.values() if runs]
    if len({minutes for _, minutes, _ in told}) < 2:  # noqa: PLR2004 - a curve takes two places
        raise BadInput("all tasks took people equally long: there is no curve", place="minutes")
    points = _solved(told)
    drawn = np.array([_solved(_drawn(told, rng)) for rng in np.random.default_rng(seed).spawn(draws)])
    low, high = np.quantile(drawn, 0.025, axis=0), np.quantile(drawn, 0.975, axis=0)
    return [
        Horizon(share=share, minutes=2 ** points[place], low=2 ** float(low[place]), high=2 ** float(high[place]))
        for place, share in enumerate(SHARES)
    ]


_Told = tuple[str, float, "NDArray[np.float64]"]


def _family(run: Run) -> str:
    return run.family or run.task


def _successes(runs: Sequence[Run]) -> NDArray[np.float64]:
    return np.array([float(each.success) for each in runs])


def _drawn(told: Sequence[_Told], rng: np.random.Generator) -> list[_Told]:
    """Families, their tasks, and the runs of each, each drawn with replacement."""
    families: dict[str, list[_Told]] = {}
    for each in told:
        families.setdefault(each[0], []).append(each)
    names, found = list(families), []
    for place in rng.integers(len(names), size=len(names)):
        there = families[names[place]]
        for task in rng.integers(len(there), size=len(there)):
            family, minutes, runs = there[task]
            found.append((family, minutes, rng.choice(runs, size=len(runs))))
    return found


def _solved(told: Sequence[_Told]) -> list[float]:
    """The logarithms of the minutes at each share."""
    places = np.array([minutes for _, minutes, _ in told])
    rates = np.array([float(runs.mean()) for _, _, runs in told])
    level, slope = _curve(places, rates)
    if slope >= 0:  # longer tasks are solved as often: no length is the limit
        return [math.inf if level > 0 else -math.inf] * len(SHARES)
    return [(math.log(share / (1 - share)) - level) / slope for share in SHARES]


def _curve(places: NDArray[np.float64], rates: NDArray[np.float64]) -> tuple[float, float]:
    """Level and slope of the logistic curve, by Newton's steps."""
    centre = places.mean()
    design = np.stack([np.ones_like(places), places - centre], axis=1)
    held = np.diag([0.0, HELD])
    found = np.zeros(2)
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        weights = np.maximum(shares * (1 - shares), 1e-9)
        step = np.linalg.solve(
            design.T @ (design * weights[:, None]) + held + 1e-9 * np.eye(2), design.T @ (rates - shares) - held @ found
        )
        found += np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - it stands
            break
    return float(found[0] - found[1] * centre), float(found[1])
