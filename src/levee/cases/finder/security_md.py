"""SECURITY.md and its like: prose in which a project says how it wants to be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.cases.finder.addresses import mails_in, pages_in
from levee.cases.finder.found import Found, Trust, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.cases.finder.documents import Document

_NAMES = re.compile(r"(?:^|/)(?:security|security-policy|reporting)(?:\.(?:md|markdown|rst|txt|adoc))?$", re.IGNORECASE)
_ABOUT_FLAWS = re.compile(r"secur|vulnerab|report|disclos|psirt|cert@|confidential|privately", re.IGNORECASE)
_REPORTS = re.compile(
    r"/security/advisories/new|hackerone\.com/|bugcrowd\.com/|intigriti\.com/|yeswehack\.com/|huntr\.|/-/issues/new"
    r"|security-report|report-a-(?:vulnerability|security)",
    re.IGNORECASE,
)
_AROUND = 2
"""So many lines before an address may say what it is for."""


def reads(document: Document) -> bool:
    """By its name."""
    return bool(_NAMES.search(document.name))


def contacts(document: Document) -> Iterable[Found]:
    """Mailboxes, and pages where reports are made; the same one once, where it stands first."""
    lines, seen = document.text.splitlines(), set[str]()
    for place, line in enumerate(lines):
        about = _about(lines, place)
        for address in mails_in(line):
            if address.lower() not in seen:
                seen.add(address.lower())
                yield _found(document, Way.MAIL, address, place, Trust.STATED if about else Trust.MENTIONED)
        for page in pages_in(line):
            if _REPORTS.search(page) and page not in seen:
                seen.add(page)
                yield _found(document, Way.PAGE, page, place, Trust.STATED)


def _about(lines: Sequence[str], place: int) -> bool:
    """Whether a line, or what stands just above it, speaks of flaws or reports."""
    return any(_ABOUT_FLAWS.search(each) for each in lines[max(0, place - _AROUND) : place + 1])


def _found(document: Document, way: Way, value: str, place: int, trust: Trust) -> Found:
    return Found(way=way, value=value, source=document.name, place=f"line {place + 1}", trust=trust)
