"""A contact as it was found, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Way(StrEnum):
    """How it is reached."""

    MAIL = "mail"
    PAGE = "page"
    PHONE = "phone"


class Trust(StrEnum):
    """How far a contact can be trusted to be the right one; `says` is the sentence for it."""

    STATED = "stated"
    PUBLISHES = "publishes"
    MENTIONED = "mentioned"
    DOUBTFUL = "doubtful"

    @property
    def says(self) -> str:
        """Such as "the project names it for reports of flaws"."""
        return _SAYS[self]


_SAYS = {
    Trust.STATED: "the project names it for reports of flaws",
    Trust.PUBLISHES: "may publish releases, as the registry says; not named for flaws",
    Trust.MENTIONED: "whoever published wrote it; nobody checked it, and it is not named for flaws",
    Trust.DOUBTFUL: "do not rely on it",
}
ORDER = tuple(Trust)
"""The best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One contact.

    Attributes:
        value: the address of a mailbox, or of a page.
        name: of a person or project, where the document gives one.
        source: the document.
        place: where in it: a line, or a path of names.
        doubts: what speaks against it, in whole sentences; where there is one, it is doubtful.
        until: when its document says that it is out of date.
        languages: in which reports are read (BCP 47), the document's order; empty where it does not say.
        encryption: where a key stands, to encrypt to it.
    """

    way: Way
    value: str
    name: str = ""
    source: str
    place: str
    trust: Trust
    doubts: tuple[str, ...] = ()
    until: datetime | None = None
    languages: tuple[str, ...] = ()
    encryption: tuple[str, ...] = ()
