"""GitHub: private vulnerability reports, by the REST API for repository security advisories (version 2022-11-28).

Comments are read and written where the API has them for the advisory; an older server of one's own answers 404 there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.cases.bridges.port import Known, News, Problem, Remote, Report, Said, Trouble, instant
from levee.cases.bridges.talking import Talk, is_unchanged, rows_of, text_of
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from levee.platform.calls import Answer

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
_LONGEST_TITLE, _LONGEST_TEXT = 1024, 65_535
_ECOSYSTEMS = {
    "npm": "npm",
    "pypi": "pip",
    "maven": "maven",
    "nuget": "nuget",
    "gem": "rubygems",
    "composer": "composer",
    "golang": "go",
    "cargo": "rust",
    "hex": "erlang",
    "pub": "pub",
    "swift": "swift",
}


def project(name: str) -> str:
    """The name of a repository, as `owner/name`.

    Raises:
        BadInput: it is none.
    """
    if not _NAME.fullmatch(name.strip()) or name.strip().endswith(("/.", "/..")):
        raise BadInput("a repository is named owner/name", place="project", advice="Such as octo-org/octo-repo.")
    return name.strip()


class GitHub:
    """A repository's private reports.

    Args:
        base: the API's address.
        token: may read and write repository security advisories.
        repository: `owner/name`.
        now: tells the instant.
        trusted: hosts of the own network.
    """

    def __init__(
        self, base: str, token: str, repository: str, now: Callable[[], datetime], trusted: Collection[str] = ()
    ) -> None:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._talk = Talk(base, headers, now, trusted, "x-ratelimit-reset", "x-ratelimit-remaining")
        self._path = f"/repos/{project(repository)}/security-advisories"

    def hand_in(self, report: Report) -> Remote:
        """Report privately; the maintainers see it as an advisory in triage."""
        sent: dict[str, object] = {
            "summary": report.title[:_LONGEST_TITLE],
            "description": report.text[:_LONGEST_TEXT],
        }
        if named := _package(report.package):
            sent["vulnerabilities"] = [{"package": named}]
        return _remote(self._talk.ask("POST", f"{self._path}/reports", sent=sent))

    def news(self, report: str, known: Known) -> News:
        """The advisory, and its comments where the API has them."""
        about, comments = f"{self._path}/{report}", f"{self._path}/{report}/comments"
        answer = self._talk.ask("GET", about, etag=known.etags.get("report", ""))
        remote = None if is_unchanged(answer) else _remote(answer)
        etags = {**known.etags, **_tag("report", answer)}
        query = f"?per_page=100&since={known.since:%Y-%m-%dT%H:%M:%SZ}" if known.since else "?per_page=100"
        said: list[Said] = []
        try:
            for number, page in enumerate(self._talk.pages(comments + query, etag=etags.get(query, ""))):
                if is_unchanged(page):
                    break
                said += [_said(each) for each in rows_of(page.body)]
                if not number and not page.next_page:
                    etags = {"report": etags.get("report", ""), **_tag(query, page)}
        except Trouble as trouble:
            if trouble.problem is not Problem.CLOSED:
                raise
            return News(remote=remote, said=(), comments=False, known=Known(etags=etags, since=known.since))
        since = max([each.at for each in said] + ([known.since] if known.since else []), default=None)
        return News(remote=remote, said=said, comments=True, known=Known(etags=etags, since=since))

    def reply(self, report: str, text: str) -> str:
        """Add a comment to the advisory."""
        try:
            answer = self._talk.ask("POST", f"{self._path}/{report}/comments", sent={"body": text[:_LONGEST_TEXT]})
        except Trouble as trouble:
            if trouble.problem is Problem.CLOSED:
                raise Trouble(Problem.NO_COMMENTS, trouble.detail) from trouble
            raise
        return text_of(answer.body, "id")


def _package(purl: str) -> dict[str, str] | None:
    kind, _, name = purl.removeprefix("pkg:").partition("/")
    ecosystem = _ECOSYSTEMS.get(kind)
    return {"ecosystem": ecosystem, "name": name.replace("%40", "@")} if ecosystem and name else None


def _remote(answer: Answer) -> Remote:
    body = answer.body
    return Remote(id=text_of(body, "ghsa_id"), url=text_of(body, "html_url"), state=text_of(body, "state"))


def _said(row: dict[str, object]) -> Said:
    user = row.get("user")
    author = text_of(user, "login") if isinstance(user, dict) else "somebody"
    at = instant(row.get("updated_at") or row.get("created_at"))
    return Said(key=text_of(row, "id"), author=author, text=text_of(row, "body"), at=at)


def _tag(name: str, answer: Answer) -> dict[str, str]:
    tag = answer.headers.get("etag", "")
    return {name: tag} if tag else {}
