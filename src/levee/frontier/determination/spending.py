"""How far a rate must be from the threshold at each look, so that all looks together err as seldom as planned.

After Lan and DeMets: the error is spent as information comes in, and each boundary is found by integrating over all
paths that crossed none before.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from levee.frontier.determination.plan import Spending

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

POINTS = 1201
"""Of the grid that a path's place is integrated on; its boundaries agree with published ones to 0.001."""
REACH = 8.0


@lru_cache(maxsize=64)
def boundaries(looks: tuple[int, ...], error: float, spending: Spending) -> tuple[float, ...]:
    """The boundary at each look, in standard errors of a normal variable.

    Args:
        looks: after how many tasks; information is proportional to them.
        error: on one side, over all looks.
        spending: how it is spread.
    """
    spend, found = _spender(spending, error), []
    grid = density = np.empty(0)
    spent = before = 0.0
    for look in looks:
        share = look / looks[-1]
        grid, density = _onwards(grid, density, before, share)
        place = _leaves(grid, density, spend(share) - spent)
        found.append(place / math.sqrt(share))
        spent, before = spend(share), share
        stays = grid < place
        grid, density = grid[stays], density[stays]
    return tuple(found)


def _onwards(
    grid: NDArray[np.float64], density: NDArray[np.float64], before: float, share: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where a path is after more tasks, if it crossed no boundary up to now."""
    reach = REACH * math.sqrt(share)
    further = np.linspace(-reach, reach, POINTS)
    if not grid.size:
        return further, stats.norm.pdf(further, scale=math.sqrt(share))
    step = stats.norm.pdf(further[:, None] - grid[None, :], scale=math.sqrt(share - before))
    return further, step @ density * (grid[1] - grid[0])


def _leaves(grid: NDArray[np.float64], density: NDArray[np.float64], share: float) -> float:
    """Beyond which place so much of the density lies."""
    pieces = (density[1:] + density[:-1]) / 2 * (grid[1] - grid[0])
    beyond = np.concatenate([np.cumsum(pieces[::-1])[::-1], [0.0]])
    return float(np.interp(share, beyond[::-1], grid[::-1]))


def _spender(spending: Spending, error: float) -> Callable[[float], float]:
    if spending is Spending.POCOCK:
        return lambda share: error * math.log(1 + (math.e - 1) * share)
    limit = stats.norm.ppf(1 - error / 2)
    return lambda share: 2 * float(stats.norm.sf(limit / math.sqrt(share)))
