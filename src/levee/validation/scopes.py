from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, granted, sight
from levee.policy.actors import Capacity, OrganisationKind

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Verdicts and judgements of findings that the actor's party was let in to."""
    return granted(actor, "finding", Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.SERVICE)


def of_house(actor: Actor) -> Q:
    """Source targets and their control proofs: the clearinghouse's own, and every run's."""
    return Q() if sight(actor) and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE else NOTHING
