"""The command line as a client of the API: address and token from the environment, problems as plain errors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from levee.cli import session
from levee.kernel.errors import BadInput, LeveeError, NotSignedIn, ServedElsewhere, Unavailable

if TYPE_CHECKING:
    import httpx


def call(
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    json: object = None,
    in_person: bool = False,
    **query: str,
) -> Any:  # noqa: ANN401 - JSON as it comes
    """Ask the server at `LEVEE_URL`, or where it says that this is served.

    The token is in the file `LEVEE_TOKEN_FILE`; without one it is asked as who signed in. `LEVEE_FOR` names the
    operator that an intermediary acts for.

    Args:
        method: `GET`, `POST`, …
        path: below `/api/v1`, such as `/findings`.
        body: bytes to send as they are, or `json` to send as JSON.
        json: see `body`.
        in_person: what no token may do: asked as who signed in, even where there is a token.
        query: parameters of the address.

    Raises:
        LeveeError: what the server's problem document says, or why it could not be asked.
    """
    response = _ask(method, path, body=body, json=json, in_person=in_person, query=query)
    return response.json() if response.content else None


def fetch(path: str, method: str = "GET") -> httpx.Response:
    """A document of the server as it comes, its headers with it; raises as `call` does."""
    return _ask(method, path, body=None, json=None, in_person=False, query={})


def address() -> str:
    """The server's address, without a trailing slash."""
    return os.environ.get("LEVEE_URL", "http://localhost:8750").rstrip("/")


def _ask(
    method: str, path: str, *, body: bytes | None, json: object, in_person: bool, query: dict[str, str]
) -> httpx.Response:
    import httpx  # noqa: PLC0415 - a tenth of the start of every command, paid by those that ask a server

    as_it_is = {"Content-Type": "application/octet-stream"} if body is not None else {}
    if operator := os.environ.get("LEVEE_FOR"):
        as_it_is["Levee-For"] = operator

    def ask(site: str) -> httpx.Response:
        try:
            return httpx.request(
                method,
                f"{site}/api/v1{path}",
                headers=_credentials(site, in_person=in_person) | as_it_is,
                content=body,
                json=json,
                params=query,
                timeout=60,
            )
        except httpx.HTTPError as error:
            raise Unavailable(
                f"no answer from {site}: {error}", place="LEVEE_URL", advice="is the server running? levee up"
            ) from error

    response = ask(address())
    if response.status_code == ServedElsewhere.status:
        response = ask(_problem(response).place.partition("/api/v1/")[0])
    if response.is_success:
        return response
    raise _problem(response)


def _credentials(site: str, *, in_person: bool) -> dict[str, str]:
    path = os.environ.get("LEVEE_TOKEN_FILE", "")
    if path and not in_person:
        return {"Authorization": f"Bearer {_token(path)}"}
    kept = session.read(site)
    if kept is not None:
        return kept.headers()
    if in_person:
        raise NotSignedIn("this is done in person, not by token", advice="levee sign-in, with a one-time link")
    raise NotSignedIn(
        "no API token is given",
        place="LEVEE_TOKEN_FILE",
        advice="set it to a file with your token, or levee sign-in with a one-time link",
    )


def _token(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadInput(f"the token file cannot be read: {error.strerror}", place=path) from error


def _problem(response: httpx.Response) -> LeveeError:
    try:
        told = response.json()
    except ValueError:
        told = {}
    return LeveeError(
        str(told.get("title", f"the server answered {response.status_code}")),
        code=str(told.get("type", "")).removeprefix("urn:levee:problem:"),
        place=str(told.get("place", "")),
        advice=str(told.get("advice", "")),
    )
