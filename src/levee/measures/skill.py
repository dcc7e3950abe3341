"""Skill against luck (Householder and Spring): how much more often each desideratum is met than by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.rules.histories import DESIDERATA, by_luck, skill
from levee.measures.intervals import interval
from levee.measures.types import ENOUGH, Skill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from levee.cases.rules.facts import Event


def skills(histories: Iterable[str]) -> tuple[Skill, ...]:
    """The skill in each desideratum over which enough histories have decided; the others are left out.

    Args:
        histories: each the order in which things happened to one vendor in one case, such as `VFP`; what has not
            happened comes later than all that has, and where neither has, nothing is decided.
    """
    told = list(histories)
    return tuple(_skills(told))


def _skills(told: list[str]) -> Iterator[Skill]:
    for first, second in DESIDERATA:
        decided = [each for each in told if first in each or second in each]
        if len(decided) < ENOUGH:
            continue
        met, name = sum(_comes_first(each, first, second) for each in decided), f"{first}{second}"
        low, high = interval(met, len(decided))
        yield Skill(
            desideratum=name,
            says=f"{first.words} before {second.words}",
            met=met,
            over=len(decided),
            luck=float(by_luck()[name]),
            skill=skill(met / len(decided), name),
            low=skill(low, name),
            high=skill(high, name),
        )


def _comes_first(history: str, first: Event, second: Event) -> bool:
    return first in history and (second not in history or history.index(first) < history.index(second))
