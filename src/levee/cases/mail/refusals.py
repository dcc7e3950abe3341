"""Why a letter is not taken in."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """A reason; `says` is the sentence for it."""

    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LIST = "list"
    LOOP = "loop"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    REPEATED = "repeated"
    TOO_OFTEN = "too_often"
    ENDED = "ended"
    LEFT = "left"
    HIDDEN_WORDS = "hidden_words"

    @property
    def says(self) -> str:
        """Such as "an automatic reply"."""
        return _SAYS[self]


_SAYS = {
    Why.AUTOMATIC: "an automatic reply",
    Why.BOUNCE: "a mail server's report, without a sender",
    Why.LIST: "from a mailing list",
    Why.LOOP: "our own letter come back, or one that goes in circles",
    Why.TOO_LARGE: "more text than a message holds, or more markup than is read",
    Why.TOO_MANY_PARTS: "more parts, or parts nested deeper, than are read",
    Why.UNREADABLE: "it cannot be read as mail",
    Why.EMPTY: "nothing is left of it without what it quotes",
    Why.REPEATED: "the same letter came before",
    Why.TOO_OFTEN: "too many letters within an hour",
    Why.ENDED: "the link that it answers to has ended",
    Why.LEFT: "whoever it comes from takes no part in the case any more",
    Why.HIDDEN_WORDS: "it repeats words that were hidden as personal data",
}


class NotTaken(Exception):
    """A letter is not taken in."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.says)
        self.why = why
