from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """How long one step took: the median, over how many."""

    step: str
    hours: float
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The way of the data in numbers.

    Attributes:
        steps: label and count, from the flood to the publication.
        results: verdict and count. times: of the steps that took any.
    """

    steps: tuple[tuple[str, int], ...]
    results: tuple[tuple[str, int], ...]
    times: tuple[Time, ...]
