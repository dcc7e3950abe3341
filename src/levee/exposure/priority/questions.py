"""Which facts are worth asking for: those whose mildest answer would move due dates the most. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.signals import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from levee.exposure.priority.tables import Band, Table
    from levee.exposure.priority.timelines import Timeline

FACTS: Mapping[str, tuple[str, ...]] = {
    "exposure": ("exposed", "system_exposure"),
    "criticality": ("criticality", "human_impact"),
}
"""Facts of an asset that people can state, and the questions of the tables that each of them answers."""
NO_DATE = 180
"""The next upgrade counts as so many days, so that it can be added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A present match: on which asset, for which action, with which date."""

    asset: UUID
    asset_name: str
    action: UUID
    timeline: Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A fact that nobody states.

    Attributes:
        gained: days that the mildest answer would give, summed over actions, which are as pressing as their most
            pressing match. days: the same summed over matches, for answers that alone move no action.
        matches: so many rest on it.
    """

    asset: UUID
    asset_name: str
    fact: str
    assumed: str
    gained: int
    days: int
    matches: int


def worth_asking(matches: Iterable[Dated], tables: Mapping[str, Table], *, limit: int) -> Sequence[Asked]:
    """The facts to ask for, the one that moves the most first.

    Args:
        matches: every present match.
        tables: the tables in force, by edition; dates of an older one are about to follow anew, and are left out.
        limit: at most so many.
    """
    dated = [each for each in matches if each.timeline.edition in tables]
    of_action: dict[UUID, list[Dated]] = defaultdict(list)
    resting: dict[tuple[UUID, str], list[Dated]] = defaultdict(list)
    for each in dated:
        of_action[each.action].append(each)
        for fact, names in FACTS.items():
            if any(name in each.timeline.inputs and each.timeline.inputs[name].assumed for name in names):
                resting[each.asset, fact].append(each)
    found = [_asked(fact, on, of_action, tables) for (_, fact), on in resting.items()]
    moving = [each for each in found if each.days > 0]
    return sorted(moving, key=_order)[:limit]


def _order(asked: Asked) -> tuple[int, int, int, str, str]:
    return (-asked.gained, -asked.days, -asked.matches, asked.asset_name, asked.fact)


def _asked(
    fact: str, on: Sequence[Dated], of_action: Mapping[UUID, Sequence[Dated]], tables: Mapping[str, Table]
) -> Asked:
    mild = {id(each): _mildest(each.timeline, fact, tables) for each in on}
    now = {id(each): _days(each.timeline.band) for each in on}
    gained = 0
    for action in {each.action for each in on}:
        before = min(_days(each.timeline.band) for each in of_action[action])
        gained += min(mild.get(id(each), _days(each.timeline.band)) for each in of_action[action]) - before
    assumed = next(on[0].timeline.inputs[name].value for name in FACTS[fact] if name in on[0].timeline.inputs)
    return Asked(
        asset=on[0].asset,
        asset_name=on[0].asset_name,
        fact=fact,
        assumed=assumed,
        gained=gained,
        days=sum(mild[key] - now[key] for key in mild),
        matches=len(on),
    )


def _mildest(timeline: Timeline, fact: str, tables: Mapping[str, Table]) -> int:
    answers = {name: signal.value for name, signal in timeline.inputs.items()}
    milder = {name: VALUES[name][0] for name in FACTS[fact] if name in answers and timeline.inputs[name].assumed}
    return max(_days(tables[timeline.edition].decide({**answers, **milder}).band), _days(timeline.band))


def _days(band: Band) -> int:
    return NO_DATE if band.days is None else min(band.days, NO_DATE)
