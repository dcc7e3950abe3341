"""In which orders the six events may come, how good each order is, and whether that was skill or luck."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from levee.cases.rules.facts import Event, Facts
from levee.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    History = tuple[Event, ...]

V, F, D, P, X, A = Event
DESIDERATA = ((V, P), (V, X), (V, A), (F, P), (F, X), (F, A), (D, P), (D, X), (D, A), (P, X), (P, A), (X, A))
"""The first before the second is what everyone should want."""
ZERO_DAY = {
    "vulnerability": ("v..p..", "v..P..", ".f.P.."),
    "exploit": ("vfd.X.", ".fd.X.", "...pX."),
    "attack": ("vfd..A", ".fd..A", "...p.A"),
}
"""Nine patterns that people call a zero-day; a dot stands for either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One history, told.

    Attributes:
        history: as given.
        why_not: the first step that cannot be, and the rule; empty where the history is legal.
        met: the desiderata that it meets, such as `VP`; of a history that goes on, those already decided.
        reached: what has happened at its end, or before the step that cannot be.
        probability: that a walk which picks any next legal event with equal chance takes it; 0 where it is not legal.
    """

    history: str
    why_not: str
    met: tuple[str, ...]
    reached: Facts
    probability: Fraction

    @property
    def legal(self) -> bool:
        """Whether every step is possible."""
        return not self.why_not

    @property
    def complete(self) -> bool:
        """Whether everything has happened."""
        return len(self.history) == len(Event)


def read_history(letters: str) -> History:
    """Read a history such as `VFDPXA`; a part of one, from the beginning, will do.

    Raises:
        BadInput: another letter, or one twice.
    """
    known = {each.value: each for each in Event}
    for place, letter in enumerate(letters.upper(), 1):
        where = f"letter {place} of “{letters}”"
        if letter not in known:
            raise BadInput(f"“{letter}” is no event", place=where, advice="V, F, D, P, X or A")
        if letter in letters.upper()[: place - 1]:
            raise BadInput(f"“{letter}” is there twice", place=where, advice="each happens once")
    return tuple(known[letter] for letter in letters.upper())


def walk(history: History) -> Walk:
    """Go through a history step by step."""
    letters, why_not, state, probability = "".join(history), "", Facts(), Fraction(1)
    for event in history:
        try:
            after = state.after(event)
        except Conflict as error:
            why_not, probability = error.message, Fraction(0)
            break
        probability /= len(state.legal)
        state = after
    return Walk(history=letters, why_not=why_not, met=met(history), reached=state, probability=probability)


def met(history: History) -> tuple[str, ...]:
    """The desiderata that a history meets; what has not happened yet comes later than all that has."""
    at = {event: place for place, event in enumerate(history)}
    return tuple(f"{a}{b}" for a, b in DESIDERATA if a in at and at[a] < at.get(b, len(history)))


def histories(state: Facts | None = None, before: History = ()) -> Iterator[History]:
    """Every legal history, whole."""
    state = state or Facts()
    if len(before) == len(Event):
        yield before
    for event in state.legal if len(before) < len(Event) else ():
        yield from histories(state.after(event), (*before, event))


@cache
def by_luck() -> Mapping[str, Fraction]:
    """How often each desideratum is met by a walk that picks any next legal event with equal chance."""
    walks = [walk(each) for each in histories()]
    return {
        f"{a}{b}": sum((each.probability for each in walks if f"{a}{b}" in each.met), Fraction()) for a, b in DESIDERATA
    }


def skill(observed: float, desideratum: str) -> float:
    """How much better than luck: 1 always met, 0 as by luck, below 0 worse than that.

    Args:
        observed: the share of cases, 0 to 1, that met it.
        desideratum: such as `VP`.
    """
    luck = float(by_luck()[desideratum])
    return (observed - luck) / (1 - luck)


def zero_days(state: Facts) -> tuple[str, ...]:
    """The kinds of zero-day that a state is, of nine patterns in three kinds."""
    return tuple(kind for kind, patterns in ZERO_DAY.items() if any(_fits(str(state), each) for each in patterns))


def _fits(letters: str, pattern: str) -> bool:
    return all(wanted in {".", letter} for letter, wanted in zip(letters, pattern, strict=True))


def numbers_met(walks: Iterable[History]) -> list[int]:
    """How many histories meet 0, 1, … 12 desiderata."""
    counts = [len(met(each)) for each in walks]
    return [counts.count(number) for number in range(len(DESIDERATA) + 1)]
