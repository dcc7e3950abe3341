"""security.txt (RFC 9116): what a site says about whom to tell."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from levee.cases.finder.addresses import is_mail
from levee.cases.finder.found import Found, Trust, Way
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.cases.finder.documents import Document

NAME = "security.txt"
_FIELD = re.compile(r"([A-Za-z-]{1,40}):[ \t]*(.*)")
_ARMOUR = re.compile(r"-----(?:BEGIN|END) PGP ")
_ONCE = ("expires", "preferred-languages")
_MOST_FIELDS = 200


class _Field(NamedTuple):
    line: int
    name: str
    value: str


def reads(document: Document) -> bool:
    """By its name."""
    return document.name.lower().endswith(NAME)


def contacts(document: Document) -> Iterable[Found]:
    """Its contacts, the preferred one first, as the file has them.

    Raises:
        BadInput: it has no contact, a field twice that stands once, or an instant that is none.
    """
    fields = _fields(document)
    named = [each for each in fields if each.name == "contact"]
    if not named:
        raise BadInput("a security.txt names a contact", place=document.name, advice="RFC 9116, section 2.5.3")
    for name in _ONCE:
        if sum(each.name == name for each in fields) > 1:
            raise BadInput(f"“{name}” stands once", place=document.name, advice="RFC 9116, section 2.5")
    until, doubts = _until(document, fields), _doubts(document, fields)
    languages = tuple(
        each.strip() for field in fields if field.name == "preferred-languages" for each in field.value.split(",")
    )
    encryption = tuple(each.value for each in fields if each.name == "encryption")
    for each in named:
        way, value, wrong = _way(each.value)
        against = (*doubts, *wrong)
        yield Found(
            way=way,
            value=value,
            source=document.name,
            place=f"line {each.line}",
            trust=Trust.DOUBTFUL if against else Trust.STATED,
            doubts=against,
            until=until,
            languages=languages,
            encryption=encryption,
        )


def _fields(document: Document) -> Sequence[_Field]:
    found = []
    for number, line in enumerate(document.text.splitlines(), 1):
        match = _FIELD.fullmatch(line.strip())
        if match and not line.startswith("#") and not _ARMOUR.match(line):
            found.append(_Field(number, match[1].lower(), match[2].strip()))
    if len(found) > _MOST_FIELDS:
        raise BadInput(f"more than {_MOST_FIELDS} fields", place=document.name)
    return found


def _until(document: Document, fields: Sequence[_Field]) -> datetime | None:
    given = next((each for each in fields if each.name == "expires"), None)
    if given is None:
        return None
    try:
        until = datetime.fromisoformat(given.value)
    except ValueError as error:
        raise BadInput("this is no instant", place=f"{document.name}, line {given.line}") from error
    if until.tzinfo is None:
        raise BadInput("an instant needs its time zone", place=f"{document.name}, line {given.line}")
    return until


def _doubts(document: Document, fields: Sequence[_Field]) -> tuple[str, ...]:
    """What speaks against the whole file."""
    found, until = [], _until(document, fields)
    if until is None:
        found.append("the file does not say until when it holds, which it must.")
    elif until <= document.now:
        found.append(f"the file is out of date since {until:%Y-%m-%d}.")
    canonical = [each.value for each in fields if each.name == "canonical"]
    if canonical and document.url and document.url not in canonical:
        found.append(f"the file says that it belongs to {canonical[0][:200]}, and was got from {document.url}.")
    return tuple(found)


def _way(value: str) -> tuple[Way, str, tuple[str, ...]]:
    scheme = urlsplit(value).scheme.lower()
    if scheme == "tel":
        return Way.PHONE, value[4:], ()
    if scheme == "https":
        return Way.PAGE, value, ()
    address = unquote(value[7:].partition("?")[0]) if scheme == "mailto" else value
    if is_mail(address):
        return Way.MAIL, address, () if scheme == "mailto" else ("the address lacks its “mailto:”.",)
    return Way.PAGE, value[:400], ("the contact is no mailbox, page or telephone.",)
