from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from levee.clustering import scopes, types
from levee.clustering.models import Cluster, Member, Relation
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.policy.actors import Actor


def cluster(actor: Actor, key: UUID) -> types.Cluster:
    """One cluster.

    Raises:
        NotFound: there is none, or none for this actor.
    """
    found = listed(actor, only=[key], merged=True)
    if not found:
        raise NotFound("there is no such cluster")
    return found[0]


def listed(
    actor: Actor, *, only: Iterable[UUID] | None = None, merged: bool = False, limit: int = 200, offset: int = 0
) -> Sequence[types.Cluster]:
    """Clusters, newest first.

    Args:
        actor: the reader.
        only: no others than these.
        merged: those too whose findings another cluster took over.
        limit: at most so many.
        offset: from there.
    """
    with acting(actor):
        if not actor.permits(Action.CLUSTER_SEE):
            return ()
        rows = Cluster.unscoped.filter(scopes.clusters(actor))
        if only is not None:
            rows = rows.filter(id__in=list(only))
        if not merged:
            rows = rows.filter(merged_into=None)
        page = list(rows.order_by("-formed_at", "id")[offset : offset + limit])
        members = _members([row.id for row in page])
        relations = _relations([row.id for row in page])
    return [_cluster(row, members[row.id], relations[row.id]) for row in page]


def count(actor: Actor) -> int:
    """How many clusters the actor may see, merged ones left out."""
    with acting(actor):
        return Cluster.unscoped.filter(scopes.clusters(actor), merged_into=None).count()


def of_finding(actor: Actor, finding: UUID) -> types.Cluster | None:
    """The cluster that a finding stands in, if the actor may see it."""
    with acting(actor):
        key = (
            Member.unscoped.filter(scopes.of_clusters(actor), finding=finding, until=None)
            .values_list("cluster", flat=True)
            .first()
        )
        return None if key is None else cluster(actor, key)


def _members(clusters: list[UUID]) -> dict[UUID, list[types.Member]]:
    found: dict[UUID, list[types.Member]] = defaultdict(list)
    # allow unscoped: of clusters that a scope chose
    for row in Member.unscoped.filter(cluster__in=clusters, until=None).order_by("since", "id"):
        found[row.cluster].append(
            types.Member(
                finding=row.finding,
                evidence=types.Evidence(row.evidence),
                explanation=row.explanation,
                since=row.since,
            )
        )
    return found


def _relations(clusters: list[UUID]) -> dict[UUID, list[types.Relation]]:
    found: dict[UUID, list[types.Relation]] = defaultdict(list)
    # allow unscoped: of clusters that a scope chose
    for row in Relation.unscoped.filter(cluster__in=clusters, until=None).order_by("since", "id"):
        found[row.cluster].append(
            types.Relation(
                id=row.id,
                other=row.other,
                kind=types.RelationKind(row.kind),
                explanation=row.explanation,
                since=row.since,
            )
        )
    return found


def _cluster(row: Cluster, members: Sequence[types.Member], relations: Sequence[types.Relation]) -> types.Cluster:
    return types.Cluster(
        id=row.id,
        target=row.target,
        kind=row.kind,
        signature=row.signature,
        formed_at=row.formed_at,
        members=members,
        relations=relations,
        merged_into=row.merged_into,
    )
