from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """The outbox is read by the clearinghouse's administrators."""
    allowed = (
        actor.live
        and actor.kind is PrincipalKind.PERSON
        and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
        and Role.ADMIN in actor.roles
    )
    return Q() if allowed else NOTHING
