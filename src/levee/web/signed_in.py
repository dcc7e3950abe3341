"""Who is asking, for each request: the principal chosen at sign-in, read afresh every time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from levee.access.selectors import actor_of
from levee.identity.services import SESSION_KEY, principals_of
from levee.kernel.errors import NotSignedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor

__all__ = ["SESSION_KEY", "SignedIn", "actor_in"]


class SignedIn:
    """Sets `request.actor`, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102 - Django's protocol
        request.actor = _actor(request)  # type: ignore[attr-defined]  # the one attribute Levee adds to a request
        response = self._next(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response


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
