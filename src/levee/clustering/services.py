"""Which findings are one. A signature groups; only execution joins; everything can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from levee.access.selectors import clearinghouse
from levee.access.services import demand, grant
from levee.clustering import scopes, selectors
from levee.clustering.crossfix import Direction, judge
from levee.clustering.events import ClusterFormed, ClusterGrew
from levee.clustering.models import Cluster, Member, Offer, Relation
from levee.clustering.types import Evidence, RelationKind
from levee.findings.selectors import listed
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.policy.actors import Capacity
from levee.validation.selectors import verdict as verdict_on
from levee.validation.services import try_change
from levee.validation.types import Change, ChangedTarget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.clustering import types
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

PLACE = "clustering.place"
COMPARE = "clustering.compare"


class Trying(Protocol):
    """How a change is tried on a target; `validation.services.try_change`, another one only in tests."""

    def __call__(self, actor: Actor, target: str, change: Change, findings: Sequence[UUID]) -> ChangedTarget:
        """Apply, build, replay, run the tests."""


def place(actor: Actor, finding: UUID) -> None:
    """Put a settled finding where its signature says: into a group, or into a new one. Job; safe to run twice.

    Args:
        actor: a service of the clearinghouse.
        finding: a finding with a verdict; one that is not settled is left where it is.
    """
    with acting(actor) as act:
        verdict = verdict_on(actor, finding)
        if verdict is None or not verdict.settled or selectors.of_finding(actor, finding) is not None:
            return
        signature = verdict.signature or f"alone:{finding}"
        hold(f"cluster {signature}")
        row = Cluster.unscoped.filter(scopes.clusters(actor), signature=signature).first()
        if row is None:
            _form(act, verdict, signature)
        else:
            _join(act, row, verdict)


def _form(act: Act, verdict: Verdict, signature: str) -> None:
    cluster = act.new_id()
    grant(act, subject=cluster, party=clearinghouse(), capacity=Capacity.OWNER)
    Cluster.unscoped.bulk_create(
        [
            Cluster(
                id=cluster,
                house=act.actor.party,
                target=verdict.target,
                kind=verdict.kind,
                signature=signature,
                formed_at=act.now,
            )
        ]
    )
    _add(act, cluster, verdict, Evidence.FIRST, "the first with this signature")
    act.announce(ClusterFormed(subject=cluster))


def _join(act: Act, row: Cluster, verdict: Verdict) -> None:
    into = row.merged_into or row.id
    same = Member.unscoped.filter(
        scopes.of_clusters(act.actor), cluster=into, proof_digest=verdict.proof_digest, until=None
    ).exists()
    if same and verdict.proof_digest:
        _add(act, into, verdict, Evidence.SAME_PROOF, "the same proof, byte for byte, on the same build")
    else:
        _add(act, into, verdict, Evidence.SAME_SIGNATURE, f"the same signature: {row.signature}")
    act.announce(ClusterGrew(subject=into))


def _add(act: Act, cluster: UUID, verdict: Verdict, evidence: Evidence, explanation: str) -> None:
    demand(act, Action.CLUSTER_JOIN, subject=cluster)
    Member.unscoped.bulk_create(
        [
            Member(
                id=act.new_id(),
                cluster=cluster,
                finding=verdict.finding,
                proof_digest=verdict.proof_digest,
                evidence=evidence,
                explanation=explanation,
                since=act.now,
            )
        ]
    )
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.CLUSTER_JOIN,
        subject=cluster,
        fields={"finding": str(verdict.finding), "evidence": evidence},
    )


def offer_fix(actor: Actor, cluster: UUID, *, fix: UUID, provider: UUID, change: Change) -> None:
    """Take a fix that was verified to level 3 as evidence about other clusters of the same target.

    Args:
        actor: a service of the clearinghouse.
        cluster: whose fix it is.
        fix: its key; offering it again changes nothing.
        provider: the organisation that wrote it.
        change: the patch or upgrade.
    """
    with acting(actor) as act:
        demand(act, Action.CLUSTER_JOIN, subject=cluster)
        if Offer.unscoped.filter(scopes.of_clusters(actor), cluster=cluster, fix=fix).exists():
            return
        kept = blobs().put(change.patch, holder=actor.party) if change.patch else None
        Offer.unscoped.bulk_create(
            [
                Offer(
                    id=act.new_id(),
                    cluster=cluster,
                    fix=fix,
                    provider=provider,
                    patch=kept.id if kept else None,
                    patch_size=kept.size if kept else 0,
                    upgrade=change.upgrade,
                    since=act.now,
                )
            ]
        )


def compare(actor: Actor, cluster: UUID, *, trying: Trying = try_change) -> None:
    """Try the newest fix of a cluster on the proofs of every other cluster of its target, and theirs on its own. Job.

    Args:
        actor: a service of the clearinghouse.
        cluster: the cluster whose fix is new.
        trying: how a change is tried; another one only in tests.
    """
    mine = selectors.cluster(actor, cluster)
    others = [
        each
        for each in selectors.listed(actor, limit=1000)
        if each.id != mine.id and each.merged_into is None and _package(each.target) == _package(mine.target)
    ]
    for other in others:
        forth = _tried(actor, fix_of=mine, on=other, trying=trying)
        back = _tried(actor, fix_of=other, on=mine, trying=trying)
        _conclude(actor, mine, other, judge(forth, back))


def _package(target: str) -> str:
    head, _, tail = target.rpartition("@")
    return head or tail


def _tried(actor: Actor, *, fix_of: types.Cluster, on: types.Cluster, trying: Trying) -> Direction | None:
    with acting(actor):
        offer = Offer.unscoped.filter(scopes.of_clusters(actor), cluster=fix_of.id).order_by("-since").first()
    if offer is None:
        return None
    patch = blobs().get(BlobRef(id=offer.patch, size=offer.patch_size)) if offer.patch else b""
    outcome: ChangedTarget = trying(actor, on.target, Change(patch=patch, upgrade=offer.upgrade), on.findings)
    gains = {member.finding for member in fix_of.members}
    return Direction(
        upgrade=bool(offer.upgrade),
        silences=bool(outcome.replays) and all(replay.silent for replay in outcome.replays),
        keeps_tests=outcome.keeps_tests and outcome.tests_before >= 0,
        by_a_gainer=_provided_by_finder(actor, offer.provider, gains | set(on.findings)),
    )


def _provided_by_finder(actor: Actor, provider: UUID, findings: set[UUID]) -> bool:
    return any(finding.organisation == provider for finding in listed(actor, only=findings))


def _conclude(
    actor: Actor, mine: types.Cluster, other: types.Cluster, conclusion: tuple[RelationKind, str] | None
) -> None:
    if conclusion is None:
        return
    kind, explanation = conclusion
    with acting(actor) as act:
        known = Relation.unscoped.filter(
            scopes.of_clusters(actor), cluster=mine.id, other=other.id, kind=kind, until=None
        )
        if known.exists():
            return
        Relation.unscoped.bulk_create(
            [
                Relation(id=act.new_id(), cluster=one, other=two, kind=kind, explanation=explanation, since=act.now)
                for one, two in ((mine.id, other.id), (other.id, mine.id))
            ]
        )
        if kind is RelationKind.SAME_CAUSE:
            _merge(act, mine, other, explanation)


def _merge(act: Act, into: types.Cluster, gone: types.Cluster, explanation: str) -> None:
    """Join causes. Reports, threads, participants and grants stay exactly as they were."""
    merge = act.new_id()
    rows = list(Member.unscoped.filter(scopes.of_clusters(act.actor), cluster=gone.id, until=None))
    Member.unscoped.filter(cluster=gone.id, until=None).update(until=act.now, merge=merge)
    Member.unscoped.bulk_create(
        [
            Member(
                id=act.new_id(),
                cluster=into.id,
                finding=row.finding,
                proof_digest=row.proof_digest,
                evidence=Evidence.CROSS_FIX,
                explanation=explanation,
                since=act.now,
                merge=merge,
            )
            for row in rows
        ]
    )
    Cluster.unscoped.filter(id=gone.id).update(merged_into=into.id)
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.CLUSTER_JOIN,
        subject=into.id,
        fields={"merged": str(gone.id), "merge": str(merge)},
    )
    act.announce(ClusterGrew(subject=into.id))


def undo_merge(actor: Actor, cluster: UUID, *, because: str) -> None:
    """Undo the merge that took a cluster's findings: both clusters are then exactly as they were.

    Args:
        actor: a coordinator.
        cluster: the cluster that was merged into another.
        because: why; recorded.

    Raises:
        Conflict: it is not merged. BadInput: no reason is given.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        demand(act, Action.CLUSTER_UNDO, subject=cluster)
        row = Cluster.unscoped.filter(scopes.clusters(actor), id=cluster).first()
        if row is None:
            raise NotFound("there is no such cluster")
        if row.merged_into is None:
            raise Conflict("this cluster is not merged into another", code="cluster.not_merged")
        into, merges = (
            row.merged_into,
            list(
                Member.unscoped.filter(cluster=cluster, merge__isnull=False, until__isnull=False).values_list(
                    "merge", flat=True
                )
            ),
        )
        Member.unscoped.filter(cluster=into, merge__in=merges, until=None).update(until=act.now)
        Member.unscoped.filter(cluster=cluster, merge__in=merges).update(until=None, merge=None)
        Cluster.unscoped.filter(id=cluster).update(merged_into=None)
        Relation.unscoped.filter(
            cluster__in=[cluster, into], other__in=[cluster, into], kind=RelationKind.SAME_CAUSE, until=None
        ).update(until=act.now)
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.CLUSTER_UNDO,
            subject=cluster,
            fields={"from": str(into), "because": because.strip()},
        )
        act.announce(ClusterGrew(subject=into))
