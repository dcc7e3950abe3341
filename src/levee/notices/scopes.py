from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import own

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Notices to the actor's own organisation."""
    return own(actor, "operator")
