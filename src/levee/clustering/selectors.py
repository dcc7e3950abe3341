from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from levee.clustering import scopes, types
from levee.clustering.models import Cluster, Member, Merge, Relation
from levee.clustering.types import Evidence, RelationKind
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.policy.actors import Actor

SPLIT = "split"


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
        merged: those too that are joined to another, or that every member has left.
        limit: at most so many.
        offset: from there.
    """
    with acting(actor):
        if not actor.permits(Action.CLUSTER_SEE):
            return ()
        rows = Cluster.unscoped.filter(scopes.clusters(actor)) if merged else _standing(actor)
        if only is not None:
            rows = rows.filter(id__in=list(only))
        page = list(rows.order_by("-formed_at", "id")[offset : offset + limit])
        return _read(actor, page)


def count(actor: Actor) -> int:
    """How many clusters the actor may see, those joined to another or left by all left out."""
    with acting(actor):
        return _standing(actor).count() if actor.permits(Action.CLUSTER_SEE) else 0


def of_finding(actor: Actor, finding: UUID) -> types.Cluster | None:
    """The cluster that a finding stands in, after all merges, if the actor may see it."""
    with acting(actor):
        if not actor.permits(Action.CLUSTER_SEE):
            return None
        home = (
            Member.unscoped.filter(scopes.of_clusters(actor), finding=finding, until=None)
            .values_list("cluster", flat=True)
            .first()
        )
        return None if home is None else cluster(actor, standing(actor, home))


def standing(actor: Actor, key: UUID) -> UUID:
    """The cluster that a cluster is joined to in the end; itself where it is joined to none."""
    with acting(actor):
        return _end(key, _merges(actor))


def same_cause(actor: Actor, key: UUID) -> set[UUID]:
    """Keys of all findings that have the cause of a cluster's, those of clusters joined with it among them.

    Raises:
        NotFound: there is no such cluster, or none for this actor.
    """
    with acting(actor):
        merges = _merges(actor)
        key = _end(key, merges)
        seen = Cluster.unscoped.filter(scopes.clusters(actor), id=key).exists()
        if not seen or not actor.permits(Action.CLUSTER_SEE):
            raise NotFound("there is no such cluster")
        homes = (home for home, _ in _below(key, _joined(merges), ()))
        return {each.finding for members in _members(homes).values() for each in members}


def _end(key: UUID, merges: Mapping[UUID, Merge]) -> UUID:
    while key in merges:
        key = merges[key].into
    return key


def _standing(actor: Actor) -> QuerySet[Cluster]:
    """Clusters that a finding stands in and that are joined to no other."""
    joined = Merge.unscoped.filter(scopes.of_clusters(actor), until=None)
    members = Member.unscoped.filter(scopes.of_clusters(actor), until=None, cluster=OuterRef("id"))
    return Cluster.unscoped.filter(
        scopes.clusters(actor),
        Exists(members) | Exists(joined.filter(into=OuterRef("id"))),
        ~Exists(joined.filter(cluster=OuterRef("id"))),
    )


def _merges(actor: Actor) -> Mapping[UUID, Merge]:
    return {row.cluster: row for row in Merge.unscoped.filter(scopes.of_clusters(actor), until=None)}


def _joined(merges: Mapping[UUID, Merge]) -> Mapping[UUID, list[Merge]]:
    """By cluster, what was joined to it, oldest first."""
    joined: dict[UUID, list[Merge]] = defaultdict(list)
    for merge in sorted(merges.values(), key=lambda each: (each.since, each.id)):
        joined[merge.into].append(merge)
    return joined


def _read(actor: Actor, rows: Sequence[Cluster]) -> list[types.Cluster]:
    merges = _merges(actor)
    joined = _joined(merges)
    below = {row.id: list(_below(row.id, joined, ())) for row in rows}
    homes = {home for chain in below.values() for home, _ in chain}
    standing_there, left = _members(homes), _left(row.id for row in rows)
    relations = _relations(row.id for row in rows)
    return [
        types.Cluster(
            id=row.id,
            target=row.target,
            kind=row.kind,
            signature=row.signature,
            formed_at=row.formed_at,
            members=sorted(
                (_member(each, why) for home, why in below[row.id] for each in standing_there[home]),
                key=lambda member: (member.since, member.finding),
            ),
            relations=relations[row.id],
            merges=[
                types.Merge(cluster=each.cluster, explanation=each.explanation, since=each.since)
                for each in joined.get(row.id, ())
            ],
            left=left[row.id],
            merged_into=merges[row.id].into if row.id in merges else None,
        )
        for row in rows
    ]


def _below(
    key: UUID, joined: Mapping[UUID, list[Merge]], why: tuple[str, ...]
) -> Iterator[tuple[UUID, tuple[str, ...]]]:
    """A cluster and all that is joined to it, each with the explanations of the merges on its way."""
    yield key, why
    for merge in joined.get(key, []):
        yield from _below(merge.cluster, joined, (*why, merge.explanation))


def _member(row: Member, why: tuple[str, ...]) -> types.Member:
    return types.Member(
        finding=row.finding,
        home=row.cluster,
        evidence=Evidence.CROSS_FIX if why else Evidence(row.evidence),
        explanation="; ".join((*why, row.explanation)),
        since=row.since,
    )


def _members(clusters: Iterable[UUID]) -> dict[UUID, list[Member]]:
    found: dict[UUID, list[Member]] = defaultdict(list)
    # allow unscoped: of clusters that a scope chose
    for row in Member.unscoped.filter(cluster__in=list(clusters), until=None):
        found[row.cluster].append(row)
    return found


def _left(clusters: Iterable[UUID]) -> dict[UUID, list[types.Left]]:
    found: dict[UUID, list[types.Left]] = defaultdict(list)
    # allow unscoped: of clusters that a scope chose
    for row in Member.unscoped.filter(cluster__in=list(clusters), ended_as=SPLIT).order_by("until", "id"):
        if row.until is not None:
            found[row.cluster].append(types.Left(finding=row.finding, because=row.because, at=row.until))
    return found


def _relations(clusters: Iterable[UUID]) -> dict[UUID, list[types.Relation]]:
    found: dict[UUID, list[types.Relation]] = defaultdict(list)
    # allow unscoped: of clusters that a scope chose
    for row in Relation.unscoped.filter(cluster__in=list(clusters), until=None).order_by("since", "id"):
        found[row.cluster].append(
            types.Relation(
                id=row.id,
                other=row.other,
                kind=RelationKind(row.kind),
                explanation=row.explanation,
                since=row.since,
            )
        )
    return found
