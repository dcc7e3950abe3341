"""Who may ask these questions at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.exposure import scopes
from levee.kernel.errors import NotFound
from levee.policy.actions import Action

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor

NOTHING_THERE = "there is no such action"


def seen(actor: Actor) -> Q:
    """What of exposure the reader may see.

    Raises:
        NotFound: it may see nothing of it.
    """
    if not actor.permits(Action.EXPOSURE_SEE):
        raise NotFound(NOTHING_THERE)
    return scopes.visible(actor)
