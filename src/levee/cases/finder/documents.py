"""A document that is given, and the plug-in that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from levee.cases.finder import registries, security_md, security_txt
from levee.cases.finder.found import ORDER, Found
from levee.formats.plain_text import text_of
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

LARGEST = 4 * 1024 * 1024
MOST_FOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document.

    Attributes:
        name: of the file, by which its kind is known.
        text: what it says.
        now: when it is read.
        url: where it was got from; empty where that is not said.
    """

    name: str
    text: str
    now: datetime
    url: str = ""


class Finder(Protocol):
    """A plug-in: a module with these two."""

    def reads(self, document: Document) -> bool:
        """Whether it is of its kind."""

    def contacts(self, document: Document) -> Iterable[Found]:
        """Whom it names.

        Raises:
            BadInput: it cannot be read.
        """


FINDERS: tuple[Finder, ...] = (security_txt, registries, security_md)
"""Asked in this order; a further kind of document is one more."""


def document_of(name: str, data: bytes, *, now: datetime, url: str = "") -> Document:
    """A document from its bytes.

    Raises:
        TooLarge: over 4 MiB.
    """
    if len(data) > LARGEST:
        raise TooLarge("a document has at most 4 MiB", place=name)
    return Document(name=name, text=text_of(data), now=now, url=url)


def contacts_in(documents: Iterable[Document]) -> Sequence[Found]:
    """Whom the documents name, those that can be trusted most first; within that, in the documents' order.

    Raises:
        BadInput: a document is of no kind that is read here, or cannot be read.
    """
    found: list[Found] = []
    for document in documents:
        finder = next((each for each in FINDERS if each.reads(document)), None)
        if finder is None:
            raise BadInput(
                "no contacts are read from such a document",
                place=document.name,
                advice="security.txt, SECURITY.md, or the JSON that npm or PyPI gives of a package",
            )
        found += finder.contacts(document)
    return sorted(found, key=lambda each: ORDER.index(each.trust))[:MOST_FOUND]
