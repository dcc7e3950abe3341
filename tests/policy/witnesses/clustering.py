from __future__ import annotations

from levee.clustering import scopes
from levee.clustering.models import Cluster, Member, Merge, Offer, Relation
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from policy.witnesses.kind import Do, See, person
from policy.worlds import THEN


def plant_clusters(world):
    Cluster.unscoped.bulk_create(
        Cluster(id=subject, house=world.key(), target="t", kind="memory", signature=str(subject), formed_at=THEN)
        for subject in world.subjects
    )


def plant_members(world):
    Member.unscoped.bulk_create(
        Member(
            id=world.key(),
            cluster=subject,
            finding=world.key(),
            proof_digest="",
            evidence="first",
            explanation="e",
            since=THEN,
        )
        for subject in world.subjects
    )


def plant_merges(world):
    Merge.unscoped.bulk_create(
        Merge(id=world.key(), cluster=subject, into=world.key(), explanation="e", since=THEN)
        for subject in world.subjects
    )


def plant_relations(world):
    Relation.unscoped.bulk_create(
        Relation(id=world.key(), cluster=subject, other=world.key(), kind="related", explanation="e", since=THEN)
        for subject in world.subjects
    )


def plant_offers(world):
    Offer.unscoped.bulk_create(
        Offer(id=world.key(), cluster=subject, fix=world.key(), provider=world.key(), upgrade="2", since=THEN)
        for subject in world.subjects
    )


def join(world, _actor, subject):
    return (
        "insert into clustering_member (id, cluster, finding, proof_digest, evidence, explanation, since, ended_as, "
        "because) values (%s, %s, %s, '', 'same signature', 'e', %s, '', '')",
        [world.key(), subject, world.key(), THEN],
    )


def relate(world, _actor, subject):
    return (
        "insert into clustering_relation (id, cluster, other, kind, explanation, since) "
        "values (%s, %s, %s, 'related', 'e', %s)",
        [world.key(), subject, world.key(), THEN],
    )


def offer(world, _actor, subject):
    return (
        "insert into clustering_offer (id, cluster, fix, provider, patch_size, upgrade, since, narrow_size, seen) "
        "values (%s, %s, %s, %s, 0, '2', %s, 0, '{}')",
        [world.key(), subject, world.key(), world.key(), THEN],
    )


def undo(_world, _actor, subject):
    return "update clustering_merge set until = %s where cluster = %s and until is null", [THEN, subject]


def form(world, _actor, subject):
    return (
        "insert into clustering_cluster (id, house, target, kind, signature, formed_at) "
        "values (%s, %s, 't', 'memory', 's', %s)",
        [subject, world.key(), THEN],
    )


def merge(world, _actor, subject):
    return (
        'insert into clustering_merge (id, cluster, "into", explanation, since, because) '
        "values (%s, %s, %s, 'e', %s, '')",
        [world.key(), subject, subject, THEN],
    )


def merge_into_another(world, actor, subject):
    statement, values = merge(world, actor, subject)
    return statement, [*values[:2], world.key(), values[3]]


def end(table):
    def attempt(_world, _actor, subject):
        return f"update {table} set until = now() where cluster = %s", [subject]

    return attempt


def narrow(_world, _actor, subject):
    return "update clustering_offer set narrow_size = 1 where cluster = %s", [subject]


def by_run_or_coordinator(world, actor, subject):
    """A new proof may end what was thought, and so may a person."""
    able = actor.kind is PrincipalKind.SERVICE or person(actor, Role.COORDINATOR)
    return actor.live and able and world.capacity(actor, subject) is Capacity.OWNER


WITNESSES = (
    Do(action=Action.CLUSTER_JOIN, attempt=form),
    Do(action=Action.CLUSTER_JOIN, attempt=merge),
    Do(attempt=merge_into_another, says=lambda _world, _actor, _subject: False),
    Do(plant=plant_members, attempt=end("clustering_member"), says=by_run_or_coordinator),
    Do(plant=plant_relations, attempt=end("clustering_relation"), says=by_run_or_coordinator),
    Do(action=Action.CLUSTER_JOIN, plant=plant_offers, attempt=narrow),
    See(action=Action.CLUSTER_SEE, model=Cluster, plant=plant_clusters, scope=scopes.clusters),
    *(
        See(action=Action.CLUSTER_SEE, model=model, plant=plant, scope=scopes.of_clusters, column="cluster")
        for model, plant in (
            (Member, plant_members),
            (Merge, plant_merges),
            (Relation, plant_relations),
            (Offer, plant_offers),
        )
    ),
    Do(action=Action.CLUSTER_JOIN, attempt=join),
    Do(action=Action.CLUSTER_JOIN, attempt=relate),
    Do(action=Action.CLUSTER_JOIN, attempt=offer),
    Do(action=Action.CLUSTER_UNDO, attempt=undo, plant=plant_merges),
)
