"""Lists of cases and of what waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.policy.actors import Capacity


class Show(StrEnum):
    """Which cases a list shows."""

    ALL = "all"
    UNDER_EMBARGO = "under_embargo"
    ENDING = "ending"
    OVER = "over"
    PUBLIC = "public"
    CONTINUED = "continued"

    @property
    def says(self) -> str:
        """What they have in common."""
        return _SHOWN[self]


_SHOWN = {
    Show.ALL: "All",
    Show.UNDER_EMBARGO: "Under embargo",
    Show.ENDING: "Ending within seven days",
    Show.OVER: "Over, and not public",
    Show.PUBLIC: "Public",
    Show.CONTINUED: "Gone on in another case",
}


class Waits(StrEnum):
    """What can wait for somebody in a case, the most urgent first."""

    DOUBT = "doubt"
    CLAIM = "claim"
    AGREEMENT = "agreement"
    PROPOSAL = "proposal"
    CONSENT = "consent"
    TRANSFER = "transfer"
    OFFER = "offer"
    ANSWER = "answer"
    END = "end"
    SILENT = "silent"
    PUBLICATION = "publication"
    OVER = "over"
    REVIEW = "review"

    @property
    def says(self) -> str:
        """What is to be done, as a sentence."""
        return _WAITS[self]

    @property
    def in_case(self) -> bool:
        """Whether it waits in a case that the reader takes part in."""
        return self is not Waits.OFFER


_WAITS = {
    Waits.DOUBT: "another coordinator doubts what was accepted: correct it, or uphold it",
    Waits.CLAIM: "somebody says that it is out: accept it, or refuse it",
    Waits.AGREEMENT: "a publication waits for a second person: read it, and agree or refuse",
    Waits.PROPOSAL: "another end is proposed: agree, or decline",
    Waits.CONSENT: "another end is proposed: say whether you agree",
    Waits.TRANSFER: "offers you this case: take it over, or decline",
    Waits.OFFER: "offers you a part in a case: agree to its terms, or decline",
    Waits.ANSWER: "say whether your products are affected",
    Waits.END: "the embargo ends soon: is the publication ready?",
    Waits.SILENT: "has not answered: ask again, or find another way to it",
    Waits.PUBLICATION: "the embargo is over: publish, or say why not yet",
    Waits.OVER: "the embargo is over: hand the case to the clearinghouse, which publishes, or say why not yet",
    Waits.REVIEW: "one person published this alone: say whether that was right",
}


class Waiting(NamedTuple):
    """One thing that waits: in which case (or which seat is offered), what, since or until when, and about whom."""

    about: UUID
    what: Waits
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for the reader in a case.

    Attributes:
        about: the case; of an offer the seat, for of its case nothing is told.
        title: of the case; of an offer, whose case it is.
        what: what waits.
        at: since when, or until when: the end of an embargo, or of the time for an answer.
        who: whom it is about, as the case calls it; empty where it is about the case.
    """

    about: UUID
    title: str
    what: Waits
    at: datetime
    who: str

    @property
    def public_id(self) -> str:
        """`CAS-…`; of an offer, `PAR-…`."""
        return public_id("CAS" if self.what.in_case else "PAR", self.about)

    @property
    def says(self) -> str:
        """What is to be done, as a sentence."""
        return self.what.says


class Order(StrEnum):
    """In what order a list shows cases."""

    NEWEST = "newest"
    OLDEST = "oldest"
    ENDS_FIRST = "ends_first"

    @property
    def says(self) -> str:
        """In words."""
        return {
            Order.NEWEST: "Newest first",
            Order.OLDEST: "Oldest first",
            Order.ENDS_FIRST: "By the end of the embargo",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which cases a list shows, and in what order; what is empty narrows nothing.

    Attributes:
        show: what they have in common.
        part: in what capacity the reader's party takes part.
        project: a part of the project's package URL.
        party: a part of the name of somebody who takes part.
        text: words that the title or the summary holds, each of them.
        order: as it says.
    """

    show: Show = Show.ALL
    part: Capacity | None = None
    project: str = ""
    party: str = ""
    text: str = ""
    order: Order = Order.NEWEST

    def kept(self) -> dict[str, str]:
        """As it is kept, by column."""
        return {
            "show": self.show,
            "part": self.part or "",
            "project": _line(self.project),
            "party": _line(self.party),
            "text": _line(self.text),
            "sort": self.order,
        }

    @property
    def asked(self) -> dict[str, str]:
        """What narrows, as the address of a page or the API says it."""
        told = {**self.kept(), "order": str(self.order)}
        usual = {**Narrowed().kept(), "order": str(Order.NEWEST)}
        return {name: str(value) for name, value in told.items() if name != "sort" and value != usual[name]}


def _line(text: str) -> str:
    """A text to look for: one line of at most 200 characters."""
    return " ".join(text.replace("\0", " ").split())[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter that somebody keeps by a name."""

    id: UUID
    name: str
    by: Narrowed
    since: datetime

    @property
    def public_id(self) -> str:
        """`FLT-…`."""
        return public_id("FLT", self.id)
