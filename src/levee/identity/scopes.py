from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING
from levee.policy.actors import OrganisationKind, PrincipalKind

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def organisations(actor: Actor) -> Q:
    """An organisation sees itself; the clearinghouse sees all, for it lets them in."""
    if not actor.live:
        return NOTHING
    if actor.kind is not PrincipalKind.SERVICE and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
        return Q()
    return Q(id=actor.party)


def members(actor: Actor) -> Q:
    """Members see the members of their own organisation."""
    return Q(organisation=actor.party) if actor.live and actor.kind is not PrincipalKind.SERVICE else NOTHING


def tokens(actor: Actor) -> Q:
    """A principal sees its own tokens and nobody else's."""
    return Q(principal=actor.id) if actor.live else NOTHING
