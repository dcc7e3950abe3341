from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levee.identity.selectors import name_of
from levee.platform.database.acting import acting
from levee.platform.serving import served
from levee.web.navigation import entries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from levee.policy.actors import Actor


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The header's entries for whoever is signed in, and who that is."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "stands_in": _looked_at(actor) if actor is not None and actor.stands_in else "",
        "nav": entries(actor, request.path, served(request)),
        "actor": actor,
    }


def _looked_at(actor: Actor) -> str:
    with acting(actor) as act:
        return name_of(act, actor.party)
