from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, sight

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def settings(actor: Actor) -> Q:
    """What the actor's own organisation chose, whatever its role there."""
    return Q(house=actor.party) if actor.live else NOTHING


def closings(actor: Actor) -> Q:
    """When the house publishes nothing: everyone who sees content."""
    return Q() if sight(actor) else NOTHING
