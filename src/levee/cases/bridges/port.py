"""What a private channel of a project can do, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_WAIT = timedelta(days=1)


class Kind(StrEnum):
    """Whose API a channel speaks."""

    GITHUB = "github"
    GITLAB = "gitlab"

    @property
    def says(self) -> str:
        """What it is called."""
        return {Kind.GITHUB: "GitHub private report", Kind.GITLAB: "GitLab confidential issue"}[self]

    @property
    def base(self) -> str:
        """Where its API is, unless the project's house runs its own."""
        return {Kind.GITHUB: "https://api.github.com", Kind.GITLAB: "https://gitlab.com/api/v4"}[self]


class Problem(StrEnum):
    """Why a channel could not be used."""

    TOKEN = "token"  # noqa: S105 - the name of a problem
    CLOSED = "closed"
    REFUSED = "refused"
    LIMITED = "limited"
    DOWN = "down"
    NO_COMMENTS = "no_comments"
    UNSURE = "unsure"
    ENDED = "ended"
    ANOTHERS = "anothers"

    @property
    def says(self) -> str:
        """What is wrong."""
        return _PROBLEMS[self][0]

    @property
    def advice(self) -> str:
        """What to do about it."""
        return _PROBLEMS[self][1]

    @property
    def passes(self) -> bool:
        """Whether it may pass by itself, so that it is tried again."""
        return self in {Problem.LIMITED, Problem.DOWN}


_PROBLEMS = {
    Problem.TOKEN: ("the token is not accepted", "Give the channel another token, then try again."),
    Problem.CLOSED: (
        "the project takes no private reports there, or the token does not reach it",
        "Look whether it is switched on and the name is right; otherwise go on with the contact ladder.",
    ),
    Problem.REFUSED: (
        "the channel does not take it",
        "Look at what it says, then try again, or go on with the contact ladder.",
    ),
    Problem.LIMITED: ("the channel was asked too often", "It is tried again by itself at the hour that it names."),
    Problem.DOWN: (
        "the channel does not answer",
        "It is tried again by itself. If it stays like this, go on with the contact ladder.",
    ),
    Problem.NO_COMMENTS: (
        "the channel takes and shows no comments for this token",
        "Only its state is followed: write and read comments there.",
    ),
    Problem.UNSURE: (
        "it is not known whether the report arrived: the connection broke off",
        "Look there first; if it is not there, try again.",
    ),
    Problem.ENDED: (
        "nothing more is sent: the channel was ended, or the project has no part in the case now",
        "Its earlier words stay.",
    ),
    Problem.ANOTHERS: (
        "nothing more is sent: another owner took the case over, and has no part in this channel",
        "Its earlier words stay. The project takes no part in the case now, until its owner lets it in.",
    ),
}


class Trouble(Exception):
    """A channel could not be used.

    Args:
        problem: why.
        detail: in the channel's own words; may be empty.
        until: when it may be tried again, if it says so.
    """

    def __init__(self, problem: Problem, detail: str = "", *, until: datetime | None = None) -> None:
        super().__init__(problem.says)
        self.problem, self.detail, self.until = problem, detail[:300], until


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is handed in.

    Attributes:
        title: one line. text: Markdown. package: the package URL of the project, without version; may be empty.
    """

    title: str
    text: str
    package: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A report as the channel keeps it.

    Attributes:
        id: in the channel's own words. url: where people read it. state: in the channel's own words.
    """

    id: str
    url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A comment. key: unique among those of the report. at: when it was last changed."""

    key: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was seen of a report, so that the same is not asked for again.

    Attributes:
        etags: of each address that was asked, the tag of its last answer.
        since: the newest change of a comment that was seen.
    """

    etags: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new of a report.

    Attributes:
        remote: the report; None where it is as it was.
        said: comments that are new or changed since, oldest first; of before the same may come again.
        comments: whether the channel shows and takes comments at all.
        known: to ask with the next time.
    """

    remote: Remote | None
    said: Sequence[Said]
    comments: bool
    known: Known


class Channel(Protocol):
    """A project's private channel. Every verb raises `Trouble` where it cannot be done."""

    def hand_in(self, report: Report) -> Remote:
        """Hand a report in."""

    def news(self, report: str, known: Known) -> News:
        """What is new of a report, all pages of it."""

    def reply(self, report: str, text: str) -> str:
        """Add a comment.

        Returns:
            Its key.
        """


FINAL = {"closed": "closed", "published": "published", "withdrawn": "withdrawn"}
"""States that are a claim to look at, by what they claim."""


def instant(text: object) -> datetime:
    """An instant as APIs write it (RFC 3339); one that cannot be read is the beginning of time."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def until(headers: Mapping[str, str], now: datetime, *reset: str) -> datetime:
    """When a channel that was asked too often may be asked again: by `Retry-After`, or the instant of a header.

    Args:
        headers: by lower-case name.
        now: the instant of the answer.
        reset: names of headers with an instant in seconds since 1970.
    """
    wait = headers.get("retry-after", "")
    if wait.isdigit():
        return now + min(timedelta(seconds=int(wait)), LONGEST_WAIT)
    for name in reset:
        if headers.get(name, "").isdigit():
            at = datetime.fromtimestamp(min(int(headers[name]), 2**33), UTC)
            return min(max(at, now), now + LONGEST_WAIT)
    return now + timedelta(minutes=1)
