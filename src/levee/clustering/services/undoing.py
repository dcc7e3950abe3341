from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.clustering import scopes, selectors
from levee.clustering.events import ClusterGrew
from levee.clustering.models import Member, Merge, Relation
from levee.clustering.services.placing import PLACE
from levee.clustering.types import RelationKind
from levee.kernel.errors import BadInput, Conflict
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

PUT_BACK = "put back"


def undo_merge(actor: Actor, cluster: UUID, *, because: str) -> None:
    """Undo the merge that joined a cluster to another: both are then exactly as they were without it.

    Args:
        actor: a coordinator, in person.
        cluster: the cluster that was joined to another.
        because: why; recorded. The two are not joined again by a machine.

    Raises:
        Conflict: it is not joined to another. BadInput: no reason is given.
    """
    reason = _reason(because)
    with acting(actor) as act:
        demand(act, Action.CLUSTER_UNDO, subject=cluster)
        merge = Merge.unscoped.filter(scopes.of_clusters(actor), cluster=cluster, until=None).first()
        if merge is None:
            raise Conflict("this cluster is not joined to another", code="cluster.not_merged")
        Merge.unscoped.filter(id=merge.id).update(until=act.now, because=reason)
        pair = {cluster, merge.into}
        Relation.unscoped.filter(
            scopes.of_clusters(actor), cluster__in=pair, other__in=pair, kind=RelationKind.SAME_CAUSE, until=None
        ).update(until=act.now)
        _note(act, cluster, {"from": str(merge.into), "because": reason})
        for each in sorted(pair):
            act.announce(ClusterGrew(subject=each))


def take_out(actor: Actor, finding: UUID, *, because: str) -> None:
    """Take a finding out of the group that its signature put it into; it then stands alone.

    Args:
        actor: a coordinator, in person.
        finding: which one.
        because: why; recorded.

    Raises:
        Conflict: it stands in no cluster, or alone. BadInput: no reason is given.
    """
    reason = _reason(because)
    with acting(actor) as act:
        row = Member.unscoped.filter(scopes.of_clusters(actor), finding=finding, until=None).first()
        if row is None or Member.unscoped.filter(cluster=row.cluster, until=None).count() == 1:
            raise Conflict("this finding shares its group with no other", code="cluster.alone")
        demand(act, Action.CLUSTER_UNDO, subject=row.cluster)
        Member.unscoped.filter(id=row.id).update(until=act.now, ended_as=selectors.SPLIT, because=reason)
        _note(act, row.cluster, {"finding": str(finding), "because": reason})
        act.announce(ClusterGrew(subject=row.cluster))
        enqueue(act, PLACE, subject=finding, party=clearinghouse())


def put_back(actor: Actor, finding: UUID, *, because: str) -> None:
    """Undo `take_out`: the finding stands where its signature says again.

    Args:
        actor: a coordinator, in person.
        finding: one that was taken out.
        because: why; recorded.

    Raises:
        Conflict: it was not taken out. BadInput: no reason is given.
    """
    reason = _reason(because)
    with acting(actor) as act:
        mine = Member.unscoped.filter(scopes.of_clusters(actor), finding=finding)
        left = mine.filter(ended_as=selectors.SPLIT).order_by("-until").first()
        if left is None:
            raise Conflict("this finding was not taken out of a group", code="cluster.not_taken_out")
        demand(act, Action.CLUSTER_UNDO, subject=left.cluster)
        mine.filter(until=None).update(until=act.now, ended_as=PUT_BACK, because=reason)
        Member.unscoped.filter(id=left.id).update(until=None, ended_as="", because="")
        _note(act, left.cluster, {"finding": str(finding), "put_back": True, "because": reason})
        act.announce(ClusterGrew(subject=left.cluster))


def _reason(because: str) -> str:
    if not because.strip():
        raise BadInput("say why", place="because")
    return because.strip()


def _note(act: Act, cluster: UUID, fields: dict[str, object]) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.CLUSTER_UNDO, subject=cluster, fields=fields)
