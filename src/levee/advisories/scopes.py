from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import granted
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Advisories of cases that the actor's party owns or is a vendor of."""
    return granted(actor, "case", Capacity.OWNER, Capacity.VENDOR)
