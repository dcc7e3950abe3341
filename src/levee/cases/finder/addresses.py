"""Addresses of mailboxes and pages in text that people wrote, also where they hide them from programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT = r"(?:@|\s?[\[({<]\s?at\s?[\])}>]\s?)"
_DOT = r"(?:\.|\s?[\[({<]\s?dot\s?[\])}>]\s?)"
_MAIL = re.compile(
    rf"(?<![\w.+-])([a-z0-9][a-z0-9.+_-]{{0,63}}){_AT}([a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{1,63}}){{1,5}})(?![\w@-])",
    re.IGNORECASE,
)
_DOTS = re.compile(_DOT, re.IGNORECASE)
_PAGE = re.compile(r"https://[^\s<>\"'`\])}|]{3,400}", re.IGNORECASE)
_NOBODY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|git)@|@(?:example\.(?:com|org|net)|users\.noreply\.github\.com)$", re.IGNORECASE
)
ONE_MAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE
)
LONGEST = 254


def mails_in(line: str) -> Iterator[str]:
    """Mailboxes that a line names, as `name@domain`; not those that nobody reads."""
    for match in _MAIL.finditer(line):
        address = f"{match[1]}@{_DOTS.sub('.', match[2])}".rstrip(".")
        if is_mail(address):
            yield address


def is_mail(address: str) -> bool:
    """Whether a letter can be sent there, and somebody may read it."""
    return len(address) <= LONGEST and bool(ONE_MAIL.fullmatch(address)) and not _NOBODY.search(address)


def pages_in(line: str) -> Iterator[str]:
    """Pages that a line links to, by https."""
    for match in _PAGE.finditer(line):
        yield match[0].rstrip(".,;:!")
