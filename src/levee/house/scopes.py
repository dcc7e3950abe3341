from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, own, sight
from levee.policy.actors import PrincipalKind

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def settings(actor: Actor) -> Q:
    """What the actor's own organisation chose, whatever its role there."""
    return Q(house=actor.party) if actor.live else NOTHING


def closings(actor: Actor) -> Q:
    """When the house publishes nothing: everyone who sees content."""
    return Q() if sight(actor) else NOTHING


def duty(actor: Actor) -> Q:
    """Who is on call in the actor's own organisation; its runs see it too, for their alarms."""
    return own(actor, "house")


def handovers(actor: Actor) -> Q:
    """What was left for whoever is on call next: read by people and machines, and by no run."""
    return own(actor, "house") if actor.kind is not PrincipalKind.SERVICE else NOTHING
