"""Who is asking, for each request: the principal chosen at sign-in, read afresh every time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from levee.access.selectors import actor_of
from levee.identity.selectors import standing_in
from levee.identity.services import SESSION_KEY, principals_of
from levee.kernel.errors import NotFound, NotSignedIn
from levee.kernel.sides import Side
from levee.platform.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor

__all__ = ["SESSION_KEY", "STANDS_IN_KEY", "SignedIn", "actor_in"]
STANDS_IN_KEY = "levee.stands_in_for"
"""In a session: the operator whose pages an intermediary's person looks at."""


class SignedIn:
    """Sets `request.actor`, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102 - Django's protocol
        request.actor = _actor(request)  # type: ignore[attr-defined]  # the one attribute Levee adds to a request
        response = self._next(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Called by Django once it knows which page it is: an operator's pages are shown in its name."""
        match = request.resolver_match
        actor: Actor | None = getattr(request, "actor", None)
        chosen = request.session.get(STANDS_IN_KEY)
        here = match is not None and match.namespace == "operators" and served(request) is Side.OPERATORS
        if actor is None or chosen is None or not here:
            return
        try:
            request.actor = standing_in(actor, UUID(chosen))  # type: ignore[attr-defined]  # as above
        except NotFound:  # withdrawn
            del request.session[STANDS_IN_KEY]


def _actor(request: HttpRequest) -> Actor | None:
    chosen = request.session.get(SESSION_KEY)
    if chosen is None and request.user.is_authenticated:
        chosen = next((str(each) for each in principals_of(request.user)), None)
        if chosen is not None:
            request.session[SESSION_KEY] = chosen
    if chosen is None:
        return None
    actor = actor_of(UUID(chosen))
    return actor if actor is not None and actor.live else None


def actor_in(request: HttpRequest) -> Actor:
    """The actor of a request.

    Raises:
        NotSignedIn: nobody is signed in.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn("please sign in")
    return actor
