"""Exact intervals for shares, without a library: Clopper and Pearson (1934), from the binomial distribution itself."""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LEVEL = 0.95
_HALVINGS = 60


def interval(met: int, over: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Within which a share lies with at least this confidence, if each of so many counts by itself.

    Args:
        met: how many met it.
        over: of how many, at least 1.
        level: between 0 and 1.

    Returns:
        The lowest and the highest share. The method is exact and errs on the wide side.

    Raises:
        ValueError: more met it than there are, or there is none.
    """
    if not 0 <= met <= over or over < 1:
        message = f"{met} of {over} is no share"
        raise ValueError(message)
    tail = (1 - level) / 2
    low = 0.0 if met == 0 else _where(lambda share: _at_least(met, over, share) < tail)
    high = 1.0 if met == over else _where(lambda share: _at_most(met, over, share) > tail)
    return low, high


def _where(below: Callable[[float], bool]) -> float:
    """The share up to which a condition holds that fails from there on."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(met: int, over: int, share: float) -> float:
    return sum(_chance(each, over, share) for each in range(met, over + 1))


def _at_most(met: int, over: int, share: float) -> float:
    return sum(_chance(each, over, share) for each in range(met + 1))


def _chance(met: int, over: int, share: float) -> float:
    """That exactly so many meet it; by logarithms, so that no factor is out of range."""
    if share in {0.0, 1.0}:
        return float(met == over * share)
    ways = lgamma(over + 1) - lgamma(met + 1) - lgamma(over - met + 1)
    return exp(ways + met * log(share) + (over - met) * log1p(-share))
