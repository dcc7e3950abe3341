from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import granted
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def clusters(actor: Actor) -> Q:
    """Clusters of the clearinghouse that the actor works for."""
    return granted(actor, "id", Capacity.OWNER)


def of_clusters(actor: Actor) -> Q:
    """Rows that belong to those clusters: members, merges, relations, offers."""
    return granted(actor, "cluster", Capacity.OWNER)
