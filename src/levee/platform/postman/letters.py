from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from levee.platform.files import make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from uuid import UUID


class Outcome(StrEnum):
    """How handing a letter over ended.

    `sent`: the server said it has it. `refused`: it never will. `later`: not now, and it surely has not got it.
    `unsure`: the connection broke before the server answered for the whole letter; it may have it.
    """

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter in its wire form; the same key is the same letter, and its Message-ID."""

    id: UUID
    to: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a letter, in the server's words."""

    id: UUID
    outcome: Outcome
    said: str


class Post(Protocol):
    """The way out for letters that must not be lost and not be doubled."""

    def hand_over(self, letters: Sequence[Outgoing]) -> Iterator[Answer]:
        """Hand letters over; may be asked again for the same letter at any time.

        Args:
            letters: each key once.

        Returns:
            An answer for each, as it comes.

        Raises:
            Unavailable: the way out itself is not there; ask again.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPost:
    """Keeps letters on this machine, a file each, for houses without a mail server."""

    folder: Path

    def hand_over(self, letters: Sequence[Outgoing]) -> Iterator[Answer]:
        """See `Post.hand_over`; the same letter again is the same file."""
        make_private_folder(self.folder)
        for letter in letters:
            write_private(self.folder / f"{letter.id.hex}.eml", letter.data)
            yield Answer(letter.id, Outcome.SENT, "kept on this machine")
