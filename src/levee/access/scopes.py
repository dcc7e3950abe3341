"""The second form of the policy: what an actor may reach, as a query. Written apart from `policy` on purpose."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.models import Grant
from levee.policy.actors import PrincipalKind, Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.policy.actors import Actor, Capacity

NOTHING = Q(pk__in=[])


def sight(actor: Actor) -> bool:
    """Whether the actor sees content at all: a live service, or a live member or coordinator."""
    return actor.live and (
        actor.kind is PrincipalKind.SERVICE or Role.MEMBER in actor.roles or Role.COORDINATOR in actor.roles
    )


def subjects(actor: Actor, *capacities: Capacity) -> QuerySet[Grant, UUID]:
    """Keys of the subjects that the actor's party was let in to in one of the capacities; a sub-query."""
    found = _subjects(actor.party, capacities)
    return found.all() if sight(actor) else found.none()


@lru_cache(maxsize=1024)
def _subjects(party: UUID, capacities: tuple[Capacity, ...]) -> QuerySet[Grant, UUID]:
    """The sub-query, built once, since it stands in most questions; copied before use, so that it holds no answer."""
    found = Grant.unscoped.filter(party=party, until=None, capacity__in=capacities)
    return found.values_list("subject", flat=True)


def granted(actor: Actor, column: str, *capacities: Capacity) -> Q:
    """Rows whose `column` names a subject that the actor's party was let in to."""
    return Q(**{f"{column}__in": subjects(actor, *capacities)})


def own(actor: Actor, column: str) -> Q:
    """Rows that belong to the actor's own organisation."""
    return Q(**{column: actor.party}) if sight(actor) else NOTHING
