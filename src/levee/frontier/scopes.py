from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import NOTHING, own
from levee.policy.actors import PrincipalKind

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def both_sides(actor: Actor) -> Q:
    """Rows between a developer and an evaluator, for the people and machines of either."""
    return _of(actor, "developer", "evaluator")


def enquiries(actor: Actor) -> Q:
    """Enquiries of the actor's organisation, and those that were asked of it."""
    return _of(actor, "developer", "asked_of")


def releases(actor: Actor) -> Q:
    """What the actor's organisation released."""
    return _of(actor, "developer")


def _of(actor: Actor, *columns: str) -> Q:
    if actor.kind is PrincipalKind.SERVICE:
        return NOTHING
    found = own(actor, columns[0])
    for column in columns[1:]:
        found |= own(actor, column)
    return found
