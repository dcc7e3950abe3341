"""The API's frame: who is asking, a strict reader, and problem documents for everything that goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import APIKeyCookie, HttpBearer

from levee.api.bodies import StrictParser
from levee.api.problems import handle_with
from levee.identity.selectors import standing_in
from levee.identity.services import authenticate
from levee.kernel.errors import NotSignedIn
from levee.kernel.ids import parse_public_id
from levee.kernel.sides import Side
from levee.platform.serving import served

if TYPE_CHECKING:
    from levee.policy.actors import Actor


FOR = "Levee-For"
"""The header by which an intermediary acts for one operator."""


class TokenAuth(HttpBearer):
    """`Authorization: Bearer lvt_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: D102 - ninja's protocol
        request.actor = authenticate(token)  # type: ignore[attr-defined]  # the one attribute Levee adds to a request
        return request.actor  # type: ignore[attr-defined,no-any-return]  # the same


class SessionAuth(APIKeyCookie):
    """The session of the pages; unsafe methods need the CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: D102 - ninja's protocol
        del key
        return getattr(request, "actor", None)


api = NinjaAPI(
    title="Levee",
    version="1",
    description="An open AI cybersecurity clearinghouse.",
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    urls_namespace="api-1",
    docs_url=None,
    parser=StrictParser(),
)

handle_with(api)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of an API request; with the header `Levee-For: ORG-…`, as it stands in for that operator.

    Raises:
        NotSignedIn: nobody is known to be asking. NotFound: that operator's consent does not stand.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn("sign in, or send an API token", advice="Authorization: Bearer lvt_…")
    operator = request.headers.get(FOR)
    if operator is None or served(request) is not Side.OPERATORS:
        return actor
    return standing_in(actor, parse_public_id("ORG", operator))
