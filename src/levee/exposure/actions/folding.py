"""From many matches to few actions: one per fix and per owner, ranked by what everyone can see. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from levee.exposure.priority.tables import strictness
from levee.exposure.priority.timelines import reachable
from levee.formats.signals import NOTHING_KNOWN, Signals
from levee.inventory.types import Criticality, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.exposure.priority.timelines import Timeline

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
        signals: what is publicly known of the vulnerability.
    """

    match: UUID
    asset: UUID
    vulnerability: str
    remedy: Remedy
    timeline: Timeline
    signals: Signals = NOTHING_KNOWN
    criticality: Criticality = Criticality.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An action as it follows from the present matches: N vulnerabilities on M assets, one remedy."""

    remedy: Remedy
    hits: tuple[Hit, ...]

    @property
    def deciding(self) -> Hit:
        """The hit whose date is the action's; of those that are due alike, one that the internet reaches."""
        return min(self.hits, key=_pressing)

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
    def signals(self) -> Signals:
        """What is publicly known of the vulnerabilities together: of each answer the gravest, of EPSS the highest."""
        joined = NOTHING_KNOWN
        for hit in sorted(self.hits, key=lambda hit: hit.vulnerability):
            joined = joined.joined(hit.signals)
        scores = [hit.signals.epss for hit in self.hits if hit.signals.epss]
        known = joined.known()
        return Signals(**{**known, "epss": max(scores, key=lambda each: each.number)}) if scores else joined

    @property
    def exploited(self) -> bool:
        """Whether any of the vulnerabilities is known to be exploited."""
        return any(_exploited(hit.signals) for hit in self.hits)

    @property
    def criticality(self) -> Criticality:
        """Of the most critical asset; of those that weigh the same, one that is known."""
        return min(
            (hit.criticality for hit in self.hits), key=lambda each: (_WEIGHT[each], each is Criticality.UNKNOWN)
        )

    @property
    def weight(self) -> int:
        """How critical the most critical asset is: 0 for high, 2 for low."""
        return _WEIGHT[self.criticality]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Standing:
    """Everything that the order of actions rests on, in its order; each of these is shown beside the action.

    Attributes:
        day: by when. band: how pressing. The rest are smaller for what is to be done first: not known to be exploited,
            no working exploit public, not used by ransomware, less than certain to be exploited soon (1 - EPSS),
            how little depends on the assets, how few matches one fix clears (negative).
    """

    day: date
    band: tuple[float, bool]
    unexploited: bool
    unweaponised: bool
    no_ransomware: bool
    unlikely: float
    weight: int
    clears: int


def standing(plan: Plan) -> Standing:
    """Where an action stands among the others."""
    told = plan.signals
    return Standing(
        day=_due(plan.deciding).date(),
        band=strictness(plan.timeline.band),
        unexploited=not plan.exploited,
        unweaponised=not (told.weaponised and told.weaponised.yes),
        no_ransomware=not (told.ransomware and told.ransomware.yes),
        unlikely=1 - (told.epss.number if told.epss else 0),
        weight=plan.weight,
        clears=-len(plan.hits),
    )


def fold(hits: Iterable[Hit]) -> Sequence[Plan]:
    """Fold matches into ranked actions.

    Args:
        hits: every present match of one operator.

    Returns:
        One plan per remedy, each hit in exactly one of them, in the order of `standing`; those that stand alike are in
        the order of their names.
    """
    grouped: dict[Remedy, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.remedy].append(hit)
    plans = [Plan(remedy=remedy, hits=tuple(each)) for remedy, each in grouped.items()]
    return sorted(plans, key=lambda plan: (standing(plan), _names(plan.remedy)))


def _names(remedy: Remedy) -> tuple[str, str, str, str, str, bool]:
    return (
        remedy.package,
        remedy.version,
        remedy.ecosystem,
        remedy.owner,
        remedy.owner_name,
        not remedy.certain,
    )


def _exploited(told: Signals) -> bool:
    listed = told.kev is not None and told.kev.stated
    return listed or (told.exploitation is not None and told.exploitation.value == "active")


def _pressing(hit: Hit) -> tuple[datetime, tuple[float, bool], bool, str]:
    timeline = hit.timeline
    return _due(hit), strictness(timeline.band), not reachable(timeline.inputs), hit.vulnerability


def _due(hit: Hit) -> datetime:
    return hit.timeline.due_at or NEVER
