"""What request bodies have in common: strictness. Every body of `/api/v1` is an `In`, or bytes of named kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from ninja import Schema
from ninja.parser import Parser
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, StrictBool

from levee.formats.strict_json import Json, pointer, read_json
from levee.kernel.errors import BadInput, WrongKind

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST = 4 * 1024 * 1024
DEEPEST = 20
JSON = "application/json"
BYTES = "application/octet-stream"


class In(Schema):
    """A request body: fields that it does not name are refused."""

    model_config = ConfigDict(extra="forbid")


def _spelled(value: object) -> object:
    if isinstance(value, str):
        return value
    message = "an instant is text with a zone, such as 2026-12-01T12:00:00Z"
    raise ValueError(message)


Instant = Annotated[AwareDatetime, BeforeValidator(_spelled)]
YesNo = StrictBool


class StrictParser(Parser):
    """Reads JSON as `formats.strict_json` does, and refuses what PostgreSQL cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 - JSON, checked by the operation's schema
        """The body as plain JSON.

        Raises:
            BadInput, TooLarge: with the place. WrongKind: it is not said to be JSON.
        """
        only(request, JSON)
        document = read_json(request.body, max_bytes=LARGEST, max_depth=DEEPEST)
        _without_nul(document, "")
        return document


def only(request: HttpRequest, *kinds: str) -> None:
    """Refuse a body of another kind than these.

    Args:
        request: its header `Content-Type` says what it is.
        kinds: media types; an upload that names none is taken for bytes.

    Raises:
        WrongKind: naming those that are read.
    """
    kind = request.content_type or BYTES
    if kind not in kinds:
        raise WrongKind(
            f"a body of the kind {kind[:80]} is not read here",
            place="Content-Type",
            advice=f"send one of {', '.join(kinds)}",
        )


def upload(request: HttpRequest, *kinds: str) -> bytes:
    """The body of an upload; see `only`. BadInput where there is none."""
    only(request, *kinds, BYTES)
    if not request.body:
        raise BadInput("the body is empty", place="/", advice="send the file's bytes as the body of the request")
    return request.body


def takes(*kinds: str) -> dict[str, Any]:
    """What the OpenAPI document says of an upload: the kinds of body that `upload` reads."""
    shape = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys((*kinds, BYTES), shape)}}


def _without_nul(value: Json, place: str) -> None:
    if isinstance(value, str):
        if "\0" in value:
            _nul(place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _without_nul(inner, pointer(place, key.replace("\0", "\\0")))
            if "\0" in key:
                _nul(place)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _without_nul(inner, pointer(place, number))


def _nul(place: str) -> NoReturn:
    raise BadInput("the character NUL is not taken", place=place or "/", advice="leave it out")
