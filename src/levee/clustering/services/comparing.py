from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol, TypedDict

from levee.clustering import narrowing, scopes, selectors
from levee.clustering.crossfix import Tried, judge
from levee.clustering.events import ClusterGrew
from levee.clustering.models import Merge, Offer, Relation
from levee.clustering.types import RelationKind
from levee.findings.selectors import listed
from levee.ledger.services import record
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.validation.selectors import controls as controls_of
from levee.validation.services import try_change
from levee.validation.types import Change, ChangedTarget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.clustering import types
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

COMPARE = "clustering.compare"
MOST = 1000


class Seen(TypedDict):
    """What a fix did to one target's proofs, as it is kept with the offer: keys of findings, and facts."""

    tried: list[str]
    loud: list[str]
    silent: list[str]
    keeps_tests: bool
    control: bool
    controls: int


class Trying(Protocol):
    """How a change is tried on a target; `validation.services.try_change`, another one only in tests."""

    def __call__(
        self, actor: Actor, target: str, change: Change, findings: Sequence[UUID], *, tests: bool = True
    ) -> ChangedTarget:
        """Apply, build, replay, run the tests if asked."""


def compare(actor: Actor, cluster: UUID, *, trying: Trying = try_change) -> None:
    """Try the newest fixes of all clusters of a target on each other's proofs, and conclude about one of them. Job.

    Args:
        actor: a service of the clearinghouse.
        cluster: the cluster whose fix is new; where it was joined to another, that one.
        trying: how a change is tried; another one only in tests.
    """
    mine = selectors.cluster(actor, selectors.standing(actor, cluster))
    family = [each for each in selectors.listed(actor, limit=MOST) if _package(each.target) == _package(mine.target)]
    if len(family) == 1:
        return  # there is nothing to compare it with
    tried = {each.id: seen for each in family if (seen := _tried(actor, each, family, trying)) is not None}
    if mine.id in tried:
        for other in family:
            if other.id != mine.id:
                _conclude(actor, mine, other, judge(mine.id, other.id, tried))


def _package(target: str) -> str:
    head, _, tail = target.rpartition("@")
    return head or tail


def _tried(actor: Actor, fix_of: types.Cluster, family: Sequence[types.Cluster], trying: Trying) -> Tried | None:
    offer = _newest_offer(actor, fix_of)
    if offer is None:
        return None
    change = Change(upgrade=offer.upgrade) if offer.upgrade else Change(patch=_least(actor, fix_of, offer, trying))
    if not (change.upgrade or change.patch):
        return Tried(upgrade=False, digest="", silences=frozenset())
    by_target: dict[str, list[types.Cluster]] = defaultdict(list)
    for each in family:
        by_target[each.target].append(each)
    silences: set[UUID] = set()
    keeps: set[UUID] = set()
    control = False
    for target, clusters in by_target.items():
        seen = _seen(actor, offer, change, target, clusters, trying=trying)
        control = control or seen["control"]
        silences |= {each.id for each in clusters if _all_silent(each, seen)}
        keeps |= {each.id for each in clusters if seen["keeps_tests"]}
    return Tried(
        upgrade=bool(offer.upgrade),
        digest=narrowing.digest(change.patch),
        silences=frozenset(silences),
        keeps_tests=frozenset(keeps),
        silences_control=control,
        gains=_gained_by(actor, offer.provider, family),
    )


def _seen(
    actor: Actor, offer: Offer, change: Change, target: str, clusters: Sequence[types.Cluster], *, trying: Trying
) -> Seen:
    """What an offered fix does to the proofs of one target; tried anew only where a proof or a control is new."""
    wanted = [finding for each in clusters for finding in each.findings]
    controls = len(controls_of(actor, target))
    known: Seen | None = offer.seen.get(target)
    if known is not None and set(map(str, wanted)) <= set(known["tried"]) and known["controls"] == controls:
        return known
    outcome = trying(actor, target, change, wanted)
    seen = Seen(
        tried=[str(finding) for finding in wanted],
        silent=[str(replay.finding) for replay in outcome.replays if replay.silent],
        loud=[str(replay.finding) for replay in outcome.replays if not replay.silent],
        keeps_tests=outcome.keeps_tests and outcome.tests_before > 0,
        control=outcome.controls_silent > 0,
        controls=controls,
    )
    offer.seen[target] = seen
    with acting(actor):
        Offer.unscoped.filter(scopes.of_clusters(actor), id=offer.id).update(seen=offer.seen)
    return seen


def _all_silent(cluster: types.Cluster, seen: Seen) -> bool:
    """Whether a cluster's proofs all fell silent; a finding without a proof says nothing either way."""
    findings = set(map(str, cluster.findings))
    return bool(findings & set(seen["silent"])) and not findings & set(seen["loud"])


def _silent(cluster: types.Cluster, seen: ChangedTarget) -> bool:
    theirs = [replay for replay in seen.replays if replay.finding in cluster.findings]
    return bool(theirs) and all(replay.silent for replay in theirs)


def _newest_offer(actor: Actor, cluster: types.Cluster) -> Offer | None:
    """The newest offer of a cluster or of one that was joined to it; patches come before upgrades, as evidence does."""
    homes = {cluster.id, *(member.home for member in cluster.members)}
    with acting(actor):
        offers = Offer.unscoped.filter(scopes.of_clusters(actor), cluster__in=homes)
        return offers.order_by("upgrade", "-since", "id").first()


def _least(actor: Actor, cluster: types.Cluster, offer: Offer, trying: Trying) -> bytes:
    """The least part of a patch that still silences its own cluster; found once, then kept."""
    if offer.narrowed_at is not None:
        return blobs().get(BlobRef(id=offer.narrow, size=offer.narrow_size)) if offer.narrow else b""
    whole = blobs().get(BlobRef(id=offer.patch, size=offer.patch_size)) if offer.patch else b""

    def fixes(patch: bytes) -> bool:
        return _silent(cluster, trying(actor, cluster.target, Change(patch=patch), cluster.findings, tests=False))

    least = narrowing.least(whole, fixes)
    kept = blobs().put(least, holder=actor.party) if least else None
    with acting(actor) as act:
        Offer.unscoped.filter(scopes.of_clusters(actor), id=offer.id).update(
            narrow=kept.id if kept else None, narrow_size=kept.size if kept else 0, narrowed_at=act.now
        )
    return least


def _gained_by(actor: Actor, provider: UUID, family: Sequence[types.Cluster]) -> frozenset[UUID]:
    wanted = {finding for each in family for finding in each.findings}
    own = {each.id for each in listed(actor, only=wanted, limit=len(wanted)) if each.organisation == provider}
    return frozenset(each.id for each in family if own & set(each.findings))


def _conclude(
    actor: Actor, mine: types.Cluster, other: types.Cluster, conclusion: tuple[RelationKind, str] | None
) -> None:
    if conclusion is None:
        return
    kind, explanation = conclusion
    with acting(actor) as act:
        hold("clusters are joined")
        pair = {mine.id, other.id}
        undone = Merge.unscoped.filter(scopes.of_clusters(actor), cluster__in=pair, into__in=pair, until__isnull=False)
        if kind is RelationKind.SAME_CAUSE and undone.exists():
            return  # what a person took apart is not joined again by a machine
        known = Relation.unscoped.filter(scopes.of_clusters(actor), cluster__in=pair, other__in=pair, until=None)
        if known.filter(kind=kind, explanation=explanation).exists():
            return
        known.update(until=act.now)
        Relation.unscoped.bulk_create(
            [
                Relation(id=act.new_id(), cluster=one, other=two, kind=kind, explanation=explanation, since=act.now)
                for one, two in ((mine.id, other.id), (other.id, mine.id))
            ]
        )
        if kind is RelationKind.SAME_CAUSE:
            _merge(act, mine.id, other.id, explanation)


def _merge(act: Act, one: UUID, other: UUID, explanation: str) -> None:
    """Join causes. Reports, threads, participants and grants stay exactly as they were: no row of them is touched."""
    ends = {selectors.standing(act.actor, each) for each in (one, other)}
    if len(ends) < 2:  # noqa: PLR2004 - both stand in one already
        return
    older, newer = sorted(selectors.listed(act.actor, only=ends), key=lambda each: (each.formed_at, each.id))
    merge = act.new_id()
    Merge.unscoped.bulk_create(
        [Merge(id=merge, cluster=newer.id, into=older.id, explanation=explanation, since=act.now)]
    )
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.CLUSTER_JOIN,
        subject=older.id,
        fields={"merged": str(newer.id), "merge": str(merge)},
    )
    act.announce(ClusterGrew(subject=older.id))
