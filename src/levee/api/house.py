"""The API's frame: who is asking, and problem documents (RFC 9457) for everything that goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from levee.identity.services import authenticate
from levee.kernel.errors import LeveeError, NotSignedIn

if TYPE_CHECKING:
    from levee.policy.actors import Actor


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
)


def problem(error: LeveeError) -> HttpResponse:
    """An RFC 9457 problem document."""
    body = {"type": f"urn:levee:problem:{error.code}", "title": error.message, "status": error.status}
    if error.place:
        body["place"] = error.place
    if error.advice():
        body["advice"] = error.advice()
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


@api.exception_handler(LeveeError)
def _levee_error(_request: HttpRequest, error: LeveeError) -> HttpResponse:
    return problem(error)


@api.exception_handler(ValidationError)
def _validation_error(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    first: dict[str, Any] = error.errors[0] if error.errors else {}
    body = {
        "type": "urn:levee:problem:input.bad",
        "title": str(first.get("msg", "the request cannot be read")),
        "status": 400,
        "place": "/" + "/".join(str(part) for part in first.get("loc", ())),
    }
    return JsonResponse(body, status=400, content_type="application/problem+json")


def actor_of(request: HttpRequest) -> Actor:
    """The actor of an API request.

    Raises:
        NotSignedIn: nobody is known to be asking.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn("sign in, or send an API token", advice="Authorization: Bearer lvt_…")
    return actor
