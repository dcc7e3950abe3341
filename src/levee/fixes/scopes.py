from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import granted
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Fixes of the cases that the actor's party works on; observers see none."""
    return granted(actor, "case", Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR)
