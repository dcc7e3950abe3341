"""What both adapters do alike: asking, taking refusals for what they are, going through pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from levee.cases.bridges.port import Problem, Trouble, until
from levee.kernel.errors import BadInput, Unavailable
from levee.platform.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from levee.platform.calls import Answer

ADVICE = "Whoever runs Levee may name the host in LEVEE_BRIDGE_HOSTS."
MOST_PAGES = 50
_NOT_MODIFIED, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _GONE, _TOO_MANY, _SERVER = 304, 401, 403, 404, 410, 429, 500
_FINE = frozenset({200, 201, _NOT_MODIFIED})


class Talk:
    """Requests to one API, for one token.

    Args:
        base: the beginning of its addresses.
        headers: of every request, the token among them.
        now: tells the instant.
        trusted: hosts of the own network.
        reset: headers that say when a limit ends.
        left: headers that say how many requests are left.
    """

    def __init__(  # noqa: PLR0917 - an API has these
        self,
        base: str,
        headers: Mapping[str, str],
        now: Callable[[], datetime],
        trusted: Collection[str],
        reset: str,
        left: str,
    ) -> None:
        self._base, self._headers, self._now, self._trusted = base, dict(headers), now, trusted
        self._reset, self._left = reset, left

    def ask(self, method: str, path: str, *, sent: object = None, etag: str = "") -> Answer:
        """One request below the base; refusals are troubles, but for "not modified".

        Raises:
            Trouble: it was refused, or nobody answers.
        """
        return self._ask(method, self._base + path, sent=sent, etag=etag)

    def _ask(self, method: str, url: str, *, sent: object = None, etag: str = "") -> Answer:
        conditional = {"If-None-Match": etag} if etag else {}
        try:
            with Calls(self._headers, trusted=self._trusted, advice=ADVICE) as calls:
                answer = calls.ask(method, url, sent=sent, headers=conditional)
        except BadInput as error:
            raise Trouble(Problem.REFUSED, f"{error.message}. {error.advice()}") from error
        except Unavailable as error:
            raise Trouble(Problem.DOWN, error.message) from error
        if answer.status not in _FINE:
            raise self._refused(answer)
        return answer

    def pages(self, path: str, *, etag: str = "") -> Iterator[Answer]:
        """Page after page, as the header `Link` leads, at the same host and no other.

        Raises:
            Trouble: one was refused.
        """
        answer = self.ask("GET", path, etag=etag)
        for _ in range(MOST_PAGES):
            yield answer
            url = answer.next_page
            if not url:
                return
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise Trouble(Problem.REFUSED, "its next page is at another host")
            answer = self._ask("GET", url)

    def _refused(self, answer: Answer) -> Trouble:
        detail = f"{answer.status}: {_message(answer.body)}".rstrip(": ")
        spent = answer.headers.get(self._left) == "0" or "retry-after" in answer.headers
        if answer.status == _TOO_MANY or (answer.status == _FORBIDDEN and spent):
            return Trouble(Problem.LIMITED, detail, until=until(answer.headers, self._now(), self._reset))
        if answer.status == _UNAUTHORIZED:
            return Trouble(Problem.TOKEN, detail)
        if answer.status in {_FORBIDDEN, _NOT_FOUND, _GONE}:
            return Trouble(Problem.CLOSED, detail)
        return Trouble(Problem.DOWN if answer.status >= _SERVER else Problem.REFUSED, detail)


def _message(body: object) -> str:
    """What an API says of a refusal; it comes from outside, so it is text of one line at most."""
    said: Any = body.get("message") or body.get("error") if isinstance(body, dict) else ""
    return " ".join(str(said or "").split())[:200]


def text_of(body: object, name: str) -> str:
    """A text of an answer; a trouble where it is none.

    Raises:
        Trouble: the answer is not what the API documents.
    """
    found = body.get(name) if isinstance(body, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str):
        raise Trouble(Problem.DOWN, f"its answer has no {name}")
    return found


def rows_of(body: object) -> list[dict[str, Any]]:
    """The objects of a list; a trouble where it is none."""
    if not isinstance(body, list) or not all(isinstance(each, dict) for each in body):
        raise Trouble(Problem.DOWN, "its answer is no list")
    return body


def is_unchanged(answer: Answer) -> bool:
    """Whether an answer says that all is as it was."""
    return answer.status == _NOT_MODIFIED
