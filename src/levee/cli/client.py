"""The command line as a client of the API: address and token from the environment, problems as plain errors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import httpx

from levee.kernel.errors import BadInput, LeveeError, NotSignedIn, Unavailable


def call(method: str, path: str, *, body: bytes | None = None, json: object = None, **query: str) -> Any:  # noqa: ANN401 - JSON as it comes
    """Ask the server at `LEVEE_URL` with the token in the file `LEVEE_TOKEN_FILE`.

    Args:
        method: `GET`, `POST`, …
        path: below `/api/v1`, such as `/findings`.
        body: bytes to send as they are, or `json` to send as JSON.
        json: see `body`.
        query: parameters of the address.

    Raises:
        LeveeError: what the server's problem document says, or why it could not be asked.
    """
    address = os.environ.get("LEVEE_URL", "http://localhost:8750").rstrip("/")
    try:
        response = httpx.request(
            method,
            f"{address}/api/v1{path}",
            headers={"Authorization": f"Bearer {_token()}"},
            content=body,
            json=json,
            params=query,
            timeout=60,
        )
    except httpx.HTTPError as error:
        raise Unavailable(
            f"no answer from {address}: {error}", place="LEVEE_URL", advice="is the server running? levee up"
        ) from error
    if response.is_success:
        return response.json() if response.content else None
    raise _problem(response)


def _token() -> str:
    path = os.environ.get("LEVEE_TOKEN_FILE", "")
    if not path:
        raise NotSignedIn("no API token is given", place="LEVEE_TOKEN_FILE", advice="set it to a file with your token")
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
