from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand, grant
from levee.clustering import scopes, selectors
from levee.clustering.events import ClusterFormed, ClusterGrew
from levee.clustering.models import Cluster, Member
from levee.clustering.types import Evidence
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action
from levee.policy.actors import Capacity
from levee.validation.selectors import verdict as verdict_on

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

PLACE = "clustering.place"
WITHDRAWN = "withdrawn"


def place(actor: Actor, finding: UUID) -> None:
    """Put a settled finding where its signature says: into a group, or into a new one. Job; safe to run twice.

    Args:
        actor: a service of the clearinghouse.
        finding: a finding with a verdict. One that is not settled stands nowhere, and one that a person called forged
            leaves the cluster that it stood in. One that a person took out of a group stands alone.
    """
    with acting(actor) as act:
        hold(f"place {finding}")
        verdict = verdict_on(actor, finding)
        stands = Member.unscoped.filter(scopes.of_clusters(actor), finding=finding, until=None).first()
        if verdict is None or not verdict.settled:
            if stands is not None and verdict is not None:
                _withdraw(act, stands, verdict)
            return
        if stands is None:
            _place(act, verdict)


def _place(act: Act, verdict: Verdict) -> None:
    alone = Member.unscoped.filter(
        scopes.of_clusters(act.actor), finding=verdict.finding, ended_as=selectors.SPLIT
    ).exists()
    signature = f"alone:{verdict.finding}" if alone or not verdict.signature else verdict.signature
    hold(f"cluster {signature}")
    row = Cluster.unscoped.filter(scopes.clusters(act.actor), signature=signature).first()
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
    members = Member.unscoped.filter(scopes.of_clusters(act.actor), cluster=row.id, until=None)
    if verdict.proof_digest and members.filter(proof_digest=verdict.proof_digest).exists():
        _add(act, row.id, verdict, Evidence.SAME_PROOF, "the same proof, byte for byte, on the same build")
    else:
        _add(act, row.id, verdict, Evidence.SAME_SIGNATURE, f"the same signature: {row.signature}")
    act.announce(ClusterGrew(subject=row.id))


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


def _withdraw(act: Act, stands: Member, verdict: Verdict) -> None:
    because = f"{verdict.said.name}: {verdict.said.judgement}" if verdict.said else verdict.result
    Member.unscoped.filter(id=stands.id).update(until=act.now, ended_as=WITHDRAWN, because=because)
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.CLUSTER_UNDO,
        subject=stands.cluster,
        fields={"finding": str(stands.finding), "ended": WITHDRAWN},
    )
    act.announce(ClusterGrew(subject=stands.cluster))
