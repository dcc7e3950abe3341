"""Asking an API on the internet: JSON over https, to public addresses, never where a redirect leads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import httpx

from levee.kernel.errors import BadInput, Unavailable
from levee.platform.addresses import route

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType

MOST_ANSWER = 4 * 1024 * 1024
TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status. headers: by lower-case name. body: the JSON, or None where there is none.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def next_page(self) -> str:
        """The address that the header `Link` names as the next page (RFC 8288); empty where there is none."""
        for part in self.headers.get("link", "").split(","):
            address, _, rest = part.partition(";")
            if 'rel="next"' in rest.replace(" ", ""):
                return address.strip().strip("<>")
        return ""


class Calls:
    """A client for one API.

    Args:
        headers: sent with every request.
        trusted: host names of the own network that may be asked, also without TLS.
        advice: what to say about an address that may not be asked.
    """

    def __init__(self, headers: Mapping[str, str], *, trusted: Collection[str] = (), advice: str = "") -> None:
        self._headers, self._trusted, self._advice = dict(headers), frozenset(trusted), advice
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def __enter__(self) -> Self:
        """Use as a context, so that connections are closed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close connections."""
        self._client.close()

    def ask(self, method: str, url: str, *, sent: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Make one request.

        Args:
            method: `GET`, `POST`.
            url: absolute.
            sent: to send as JSON; None for nothing.
            headers: besides those of all requests.

        Raises:
            BadInput: the address may not be asked. Unavailable: nobody answers there, or with what is no JSON.
        """
        way = route(url, trusted=self._trusted, advice=self._advice)
        asked = {**self._headers, **(headers or {}), "Host": way.host, "User-Agent": "Levee"}
        extensions = {"sni_hostname": way.server_name} if way.server_name else {}
        try:
            request = self._client.build_request(method, way.url, json=sent, headers=asked, extensions=extensions)
            answer = self._client.send(request, stream=True)
            try:
                data = _read(answer)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable(f"{way.host} does not answer", place=url) from error
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, told, _json(data, told, answer.status_code, way.host))


def _read(answer: httpx.Response) -> bytes:
    data = b""
    for chunk in answer.iter_bytes():
        data += chunk
        if len(data) > MOST_ANSWER:
            raise httpx.ReadError("the answer is too large")
    return data


def _json(data: bytes, headers: Mapping[str, str], status: int, host: str) -> Any:  # noqa: ANN401 - JSON as it comes
    if not data or "json" not in headers.get("content-type", ""):
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        if status >= httpx.codes.BAD_REQUEST:
            return None
        raise Unavailable(f"{host} answers with what is no JSON") from error


def checked(url: str, *, trusted: Collection[str]) -> str:
    """The beginning of an API's addresses, without a trailing slash.

    Raises:
        BadInput: it is none. Where its name leads is looked at when it is asked.
    """
    try:
        parts = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise BadInput("this is no address", place="base", advice="Write https://host/path.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.host in trusted):
        raise BadInput("the address of an API begins with https", place="base", advice="Write https://host/path.")
    if not parts.host or parts.userinfo or parts.query or parts.fragment:
        raise BadInput("this is no beginning of addresses", place="base", advice="Write https://host/path.")
    return url.strip().rstrip("/")
