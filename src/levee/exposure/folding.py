"""From many matches to few actions: one per fix and per owner, ranked by date. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from levee.exposure.timelines import strictness
from levee.inventory.types import Criticality, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.exposure.timelines import Timeline

NEVER = datetime.max.replace(tzinfo=UTC)
_WEIGHT = {Criticality.HIGH: 0, Criticality.UNKNOWN: 1, Criticality.MEDIUM: 1, Criticality.LOW: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What one action is about; two matches with the same remedy are one piece of work.

    Attributes:
        owner, owner_name: who has to act.
        ecosystem, package: what is changed.
        version: the nearest one that none of the matched advisories affects; empty where there is none yet.
        certain: false where it first has to be found out whether the component is affected at all.
    """

    owner: Owner
    owner_name: str
    ecosystem: str
    package: str
    version: str
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One component affected by one vulnerability.

    Attributes:
        match: key of the match. asset: key of the asset. vulnerability: one name for all aliases.
    """

    match: UUID
    asset: UUID
    vulnerability: str
    remedy: Remedy
    timeline: Timeline
    criticality: Criticality = Criticality.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An action as it follows from the present matches: N vulnerabilities on M assets, one remedy."""

    remedy: Remedy
    hits: tuple[Hit, ...]

    @property
    def deciding(self) -> Hit:
        """The hit whose date is the action's."""
        return min(self.hits, key=lambda hit: (_due(hit), strictness(hit.timeline.band), hit.vulnerability))

    @property
    def timeline(self) -> Timeline:
        """The most pressing of the hits' timelines."""
        return self.deciding.timeline

    @property
    def vulnerabilities(self) -> tuple[str, ...]:
        """Their names, each once."""
        return tuple(sorted({hit.vulnerability for hit in self.hits}))

    @property
    def assets(self) -> frozenset[UUID]:
        """The assets to be changed, each once."""
        return frozenset(hit.asset for hit in self.hits)

    @property
    def exploited(self) -> bool:
        """Whether any of the vulnerabilities is known to be exploited."""
        return any(hit.timeline.inputs.kev.value and not hit.timeline.inputs.kev.assumed for hit in self.hits)

    @property
    def weight(self) -> int:
        """How critical the most critical asset is: 0 for high, 2 for low."""
        return min(_WEIGHT[hit.criticality] for hit in self.hits)


def fold(hits: Iterable[Hit]) -> Sequence[Plan]:
    """Fold matches into ranked actions.

    Args:
        hits: every present match of one operator.

    Returns:
        One plan per remedy, each hit in exactly one of them: first by due date, then by band, then those known to be
        exploited, then by how critical the assets are, then those that clear the most.
    """
    grouped: dict[Remedy, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.remedy].append(hit)
    plans = [Plan(remedy=remedy, hits=tuple(each)) for remedy, each in grouped.items()]
    return sorted(plans, key=rank)


def rank(plan: Plan) -> tuple[datetime, tuple[float, bool], bool, int, int, tuple[str, ...], bool]:
    """The sort key of a plan; the first is to be done first."""
    hit, remedy = plan.deciding, plan.remedy
    return (
        _due(hit),
        strictness(hit.timeline.band),
        not plan.exploited,
        plan.weight,
        -len(plan.hits),
        (remedy.package, remedy.version, remedy.ecosystem, remedy.owner, remedy.owner_name),
        not remedy.certain,
    )


def _due(hit: Hit) -> datetime:
    return hit.timeline.due_at or NEVER
