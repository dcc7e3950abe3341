from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levee.web.navigation import entries
from levee.web.sites import served

if TYPE_CHECKING:
    from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The header's entries for whoever is signed in, and who that is."""
    actor = getattr(request, "actor", None)
    return {"nav": entries(actor, request.path, served(request)), "actor": actor}
