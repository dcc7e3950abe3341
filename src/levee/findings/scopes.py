from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.scopes import NOTHING, granted
from levee.policy.actors import Capacity, PrincipalKind

if TYPE_CHECKING:
    from django.db.models import Q

    from levee.policy.actors import Actor

READERS = (Capacity.FINDER, Capacity.OWNER, Capacity.VENDOR, Capacity.SERVICE)


def visible(actor: Actor) -> Q:
    """Findings that the actor's party was let in to."""
    return granted(actor, "id", *READERS)


def redactions(actor: Actor) -> Q:
    """Redactions of those findings."""
    return granted(actor, "finding", *READERS)


def origins(actor: Actor) -> Q:
    """Where those findings came from."""
    return granted(actor, "finding", *READERS)


def originals(actor: Actor) -> Q:
    """Where the originals of findings lie: for people and machines of the finder and the clearinghouse."""
    if actor.kind is PrincipalKind.SERVICE:
        return NOTHING
    return granted(actor, "finding", Capacity.FINDER, Capacity.OWNER)
