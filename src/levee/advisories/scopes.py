from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import NOTHING, granted
from levee.policy.actors import Capacity, PrincipalKind

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Advisories of cases that the actor's party owns or is a vendor of."""
    return granted(actor, "case", Capacity.OWNER, Capacity.VENDOR)


def publications(actor: Actor) -> Q:
    """What somebody of the owner's would publish: read by the people of the case's owner, and by no run."""
    return granted(actor, "case", Capacity.OWNER) if actor.kind is not PrincipalKind.SERVICE else NOTHING
