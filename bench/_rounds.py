"""CPU seconds of a piece of work, measured alike for Levee and for a peer in an environment of its own."""

from __future__ import annotations

import statistics
import time
from collections import deque
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
ROUNDS, SHORT, LONG = 5, 0.05, 5
"""How many rounds; a round repeats what takes less than SHORT seconds; what takes more than LONG has one round."""


def seconds(work: Callable[[], object]) -> float:
    """The median of the rounds, for doing the work once."""
    taken = [_once(work, 1)]
    if taken[0] > LONG:
        return taken[0]
    times = max(1, round(SHORT / max(taken[0], 1e-6)))
    return statistics.median(_once(work, times) for _ in range(ROUNDS))


def do_each(do: Callable[[T], object], things: Iterable[T]) -> None:
    """Do it with each and keep nothing, so that not the memory of the answers is measured."""
    deque(map(do, things), maxlen=0)


def _once(work: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times
