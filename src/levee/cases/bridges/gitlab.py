"""GitLab: confidential issues and their notes, by the REST API (version 4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from levee.cases.bridges.port import Known, News, Problem, Remote, Report, Said, Trouble, instant
from levee.cases.bridges.talking import Talk, is_unchanged, rows_of, text_of
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from levee.platform.calls import Answer

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_NAME = 255, 1_048_576, 255


def project(name: str) -> str:
    """The path of a project, as `group/project`.

    Raises:
        BadInput: it is none.
    """
    if not _NAME.fullmatch(name.strip()) or len(name) > _LONGEST_NAME:
        raise BadInput("a project is named group/project", place="project", advice="Such as gitlab-org/gitlab.")
    return name.strip()


class GitLab:
    """A project's confidential issues.

    Args:
        base: the API's address.
        token: may use the API as somebody who may open issues there.
        path: `group/project`.
        now: tells the instant.
        trusted: hosts of the own network.
    """

    def __init__(
        self, base: str, token: str, path: str, now: Callable[[], datetime], trusted: Collection[str] = ()
    ) -> None:
        headers = {"PRIVATE-TOKEN": token, "Accept": "application/json"}
        self._talk = Talk(base, headers, now, trusted, "ratelimit-reset", "ratelimit-remaining")
        self._path = f"/projects/{quote(project(path), safe='')}/issues"

    def hand_in(self, report: Report) -> Remote:
        """Open an issue that only the project's members and its author see."""
        sent = {
            "title": report.title[:_LONGEST_TITLE],
            "description": report.text[:_LONGEST_TEXT],
            "confidential": True,
        }
        answer = self._talk.ask("POST", self._path, sent=sent)
        if not isinstance(answer.body, dict) or answer.body.get("confidential") is not True:
            raise Trouble(Problem.REFUSED, "its answer does not say that the issue is confidential: look there at once")
        return _remote(answer)

    def news(self, report: str, known: Known) -> News:
        """The issue, and its notes but those that GitLab writes by itself.

        The newest come first, so that a first page that is as it was tells that there is nothing new on any page.
        """
        answer = self._talk.ask("GET", f"{self._path}/{report}", etag=known.etags.get("report", ""))
        remote = None if is_unchanged(answer) else _remote(answer)
        etags = {**known.etags, **_tag("report", answer)}
        said: list[Said] = []
        notes = f"{self._path}/{report}/notes?sort=desc&order_by=updated_at&per_page=100"
        for number, page in enumerate(self._talk.pages(notes, etag=etags.get("notes", ""))):
            if is_unchanged(page):
                break
            said += [_said(each) for each in rows_of(page.body) if not each.get("system") and not each.get("internal")]
            if not number:
                etags |= _tag("notes", page)
        fresh = [each for each in reversed(said) if known.since is None or each.at >= known.since]
        since = max([each.at for each in fresh] + ([known.since] if known.since else []), default=None)
        return News(remote=remote, said=fresh, comments=True, known=Known(etags=etags, since=since))

    def reply(self, report: str, text: str) -> str:
        """Add a note to the issue."""
        answer = self._talk.ask("POST", f"{self._path}/{report}/notes", sent={"body": text[:_LONGEST_TEXT]})
        return text_of(answer.body, "id")


def _remote(answer: Answer) -> Remote:
    body = answer.body
    return Remote(id=text_of(body, "iid"), url=text_of(body, "web_url"), state=text_of(body, "state"))


def _said(row: dict[str, object]) -> Said:
    author = row.get("author")
    name = text_of(author, "username") if isinstance(author, dict) else "somebody"
    at = instant(row.get("updated_at") or row.get("created_at"))
    return Said(key=text_of(row, "id"), author=name, text=text_of(row, "body"), at=at)


def _tag(name: str, answer: Answer) -> dict[str, str]:
    tag = answer.headers.get("etag", "")
    return {name: tag} if tag else {}
