from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import granted
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Verdicts and judgements of findings that the actor's party was let in to."""
    return granted(actor, "finding", Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.SERVICE)
