"""What an actor may see of exposure: its own organisation's and what is published, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, own, sight

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def visible(actor: Actor) -> Q:
    """Matches, actions and their steps that belong to the actor's own organisation."""
    return own(actor, "organisation")


def known(actor: Actor) -> Q:
    """Published advisories and their packages: the same for everyone who sees content at all."""
    return Q() if sight(actor) else NOTHING
