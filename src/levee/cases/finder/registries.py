"""What npm and PyPI say of a package: who may publish it, and what was written into it."""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

from levee.cases.finder.addresses import is_mail
from levee.cases.finder.found import Found, Trust, Way
from levee.formats.strict_json import read_json
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from levee.cases.finder.documents import Document

_FOR_FLAWS = re.compile(r"secur|vulnerab|disclos", re.IGNORECASE)
_MOST = 100


def reads(document: Document) -> bool:
    """A JSON document; which registry's is told by its shape."""
    return document.text.lstrip().startswith("{")


def contacts(document: Document) -> Iterable[Found]:
    """Its contacts.

    Raises:
        BadInput: no JSON, or of neither registry.
    """
    try:
        data = read_json(document.text.encode())
    except (BadInput, TooLarge) as error:
        raise BadInput(error.message, place=f"{document.name}, {error.place}") from error
    info = data.get("info") if isinstance(data, dict) else None
    if isinstance(info, dict):
        return _pypi(document, info)
    if isinstance(data, dict) and isinstance(data.get("name"), str):
        return _npm(document, data)
    raise BadInput(
        "this is metadata of neither npm nor PyPI", place=document.name, advice="the JSON that the registry gives"
    )


def _npm(document: Document, data: dict[str, Any]) -> Iterator[Found]:
    bugs = data.get("bugs")
    if isinstance(bugs, dict):
        yield from _mail(document, "bugs/email", bugs.get("email"), "", Trust.MENTIONED)
    for place, person in enumerate(_listed(data.get("maintainers"))):
        name, address = _person(person)
        yield from _mail(document, f"maintainers/{place}", address, name, Trust.PUBLISHES)
    for key in ("author", "contributors"):
        for place, person in enumerate(_listed(data.get(key))):
            name, address = _person(person)
            yield from _mail(document, f"{key}/{place}", address, name, Trust.MENTIONED)


def _pypi(document: Document, info: dict[str, Any]) -> Iterator[Found]:
    pages = info.get("project_urls")
    for label, page in list(pages.items())[:_MOST] if isinstance(pages, dict) else ():
        if isinstance(page, str) and page.startswith("https://") and _FOR_FLAWS.search(label):
            yield Found(
                way=Way.PAGE,
                value=page[:400],
                source=document.name,
                place=f"info/project_urls/{label[:80]}",
                trust=Trust.STATED,
            )
    for key in ("maintainer", "author"):
        given = info.get(f"{key}_email")
        for name, address in getaddresses([given])[:_MOST] if isinstance(given, str) else ():
            called = name or str(info.get(key) or "")
            yield from _mail(document, f"info/{key}_email", address, called, Trust.MENTIONED)


def _listed(value: object) -> list[object]:
    return value[:_MOST] if isinstance(value, list) else [] if value is None else [value]


def _person(value: object) -> tuple[str, object]:
    if isinstance(value, dict):
        return str(value.get("name") or ""), value.get("email")
    if isinstance(value, str):  # "Name <address> (page)"
        name, address = getaddresses([value.partition("(")[0]])[0] if value.strip() else ("", "")
        return name, address
    return "", None


def _mail(document: Document, place: str, address: object, name: str, trust: Trust) -> Iterator[Found]:
    if isinstance(address, str) and is_mail(address.strip()):
        yield Found(
            way=Way.MAIL,
            value=address.strip(),
            name=" ".join(name.split())[:200],
            source=document.name,
            place=place,
            trust=trust,
        )
