"""What an actor may see of feeds: all of it, like everyone who sees content; nothing in them is anybody's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, sight

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Feeds, what they brought, and what was refused."""
    return Q() if sight(actor) else NOTHING
