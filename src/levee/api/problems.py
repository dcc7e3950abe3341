"""Problem documents (RFC 9457) for whatever goes wrong below `/api/v1`, wherever it goes wrong.

Members besides the standard's: `place` (JSON pointer into the body, or the name of a parameter or header), `advice`
(what to do), and `errors` where a body has more than one fault.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse, UnreadablePostError
from django.http.request import RawPostDataException
from ninja.errors import HttpError, ValidationError

from levee.formats.strict_json import pointer
from levee.kernel.errors import BadInput, LeveeError, NotSignedIn, TooLarge, Unavailable, WrongKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI

BELOW = "/api/v1/"
KIND = "application/problem+json"
OPENAPI = "the OpenAPI document at /api/v1/openapi.json names every operation and field"
ADVICE = {
    "missing": "add this field",
    "extra_forbidden": "leave it out",
    "string_type": "send text",
    "bool_type": "send true or false",
}
BY_STATUS = {
    400: OPENAPI,
    401: "sign in, or send an API token: Authorization: Bearer lvt_…",
    403: "send the CSRF token of your session, or use an API token",
    404: OPENAPI,
    405: "use a method that the header Allow names",
    421: "the place names the address that serves it",
    500: "try again; if it happens again, tell whoever runs this installation and when it was",
}


def problem(error: LeveeError) -> HttpResponse:
    """A problem document for an error of Levee's."""
    advice = error.advice() or BY_STATUS.get(error.status, OPENAPI)
    return _document(error.status, error.code, error.message, place=error.place, advice=advice)


def handle_with(api: NinjaAPI) -> None:
    """Let an API answer with problem documents."""

    @api.exception_handler(LeveeError)
    def _own(_request: HttpRequest, error: LeveeError) -> HttpResponse:
        return problem(error)

    @api.exception_handler(ValidationError)
    def _fields(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _of_fields(error)

    @api.exception_handler(HttpError)
    def _ninja(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return _of_ninja(error)

    @api.exception_handler(RequestDataTooBig)
    def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return problem(TooLarge("the body is larger than 64 MiB", place="/", advice="send it in parts"))

    @api.exception_handler(RawPostDataException)
    def _form(_request: HttpRequest, _error: RawPostDataException) -> HttpResponse:
        return problem(WrongKind("a form is not read here", place="Content-Type"))

    @api.exception_handler(UnreadablePostError)
    def _broken(_request: HttpRequest, _error: UnreadablePostError) -> HttpResponse:
        return problem(Unavailable("the body broke off", place="/", advice="send it again"))


class ApiProblems:
    """What the API itself never came to see (an unknown address, another method, a crash) is a problem document too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102 - Django's protocol
        if not request.path.startswith(BELOW):
            return self._next(request)
        refused = _nul_in(request)
        response = problem(refused) if refused else self._next(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or response.headers.get("Content-Type") == KIND:
            return response
        status = HTTPStatus(response.status_code)
        told = _document(
            status, f"http.{status.name.lower()}", status.phrase, place="", advice=BY_STATUS.get(status, "")
        )
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return told


def _nul_in(request: HttpRequest) -> LeveeError | None:
    if "\0" in request.path:
        return BadInput("the character NUL is not taken", place="path", advice="leave it out")
    for name, values in request.GET.lists():
        if any("\0" in text for text in (name, *values)):
            return BadInput("the character NUL is not taken", place=f"?{name}".replace("\0", ""), advice="leave it out")
    return None


def _of_ninja(error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, LeveeError):
        return problem(cause)
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return problem(NotSignedIn("nobody is known to be asking"))
    status = HTTPStatus(error.status_code)
    place = "X-CSRFToken" if status is HTTPStatus.FORBIDDEN else ""
    return _document(
        status, f"http.{status.name.lower()}", error.message, place=place, advice=BY_STATUS.get(status, OPENAPI)
    )


def _of_fields(error: ValidationError) -> HttpResponse:
    errors = [
        {
            "place": _place(each.get("loc", ())),
            "title": str(each.get("msg", "this cannot be read")),
            "advice": ADVICE.get(str(each.get("type")), OPENAPI),
        }
        for each in error.errors
    ]
    first: Mapping[str, str] = errors[0] if errors else {"place": "/", "title": "the request cannot be read"}
    return _document(
        400, "input.bad", first["title"], place=first["place"], advice=first.get("advice", OPENAPI), errors=errors[1:]
    )


def _place(location: tuple[str | int, ...]) -> str:
    """Ninja's location as a JSON pointer (`body`, the parameter's name, keys) or as `?parameter`."""
    where, *keys = location or ("body",)
    if where == "body":
        return pointer("", *keys[1:]) or "/"
    name = ".".join(str(key) for key in keys)
    return f"?{name}" if where == "query" else f"{where} {name}"


def _document(
    status: int, code: str, title: str, *, place: str, advice: str, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    body: dict[str, Any] = {"type": f"urn:levee:problem:{code}", "title": title, "status": int(status)}
    body |= {name: value for name, value in (("place", place), ("advice", advice), ("errors", errors)) if value}
    return JsonResponse(body, status=status, content_type=KIND)
