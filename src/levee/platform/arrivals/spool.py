"""The folder between the receiver and the worker: a letter is in it whole, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from levee.kernel.errors import Unavailable
from levee.platform.files import make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from levee.kernel.ids import Ids

MOST_BYTES = 10 * 1024 * 1024
"""More than any letter needs whose attachments are not taken in; the receiver says so before it reads further."""
MOST_WAITING = 2000
"""As many letters wait at most; the mail server in front of the house keeps the rest, and sends them later."""
_NAME = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.(letter|report)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A letter that arrived, unread.

    Attributes:
        id: of its arrival.
        answers: the id in the address that it was sent to.
        no_sender: its envelope named no sender, as with reports of mail servers.
    """

    id: UUID
    answers: UUID
    no_sender: bool

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.id.hex}.{self.answers.hex}.{'report' if self.no_sender else 'letter'}"


@dataclass(frozen=True, slots=True)
class Spool:
    """Letters between their arrival and the end of the job that takes them in; private, and gone with that job."""

    folder: Path

    def put(self, raw: bytes, *, answers: UUID, no_sender: bool, ids: Ids) -> UUID:
        """Keep a letter; it is on the disk when this returns.

        Raises:
            Unavailable: too many wait.
        """
        make_private_folder(self._new)
        if sum(1 for _ in self._new.iterdir()) >= MOST_WAITING:
            raise Unavailable("too many letters wait", code="arrivals.full")
        arrived = Arrived(id=ids.new(), answers=answers, no_sender=no_sender)
        write_private(self._new / arrived.name, raw)
        return arrived.id

    def waiting(self) -> Sequence[Arrived]:
        """Those that no job is about yet."""
        return _in(self._new)

    def hand_over(self, arrived: Arrived) -> None:
        """A job is about it now."""
        make_private_folder(self._taken)
        (self._new / arrived.name).rename(self._taken / arrived.name)

    def find(self, key: UUID) -> tuple[Arrived, bytes] | None:
        """A letter that a job is about; None where it is gone."""
        for folder in (self._taken, self._new):
            for arrived in _in(folder):
                if arrived.id == key:
                    return arrived, (folder / arrived.name).read_bytes()
        return None

    def drop(self, key: UUID) -> None:
        """It is done with."""
        for folder in (self._taken, self._new):
            for arrived in _in(folder):
                if arrived.id == key:
                    (folder / arrived.name).unlink(missing_ok=True)

    @property
    def _new(self) -> Path:
        return self.folder / "new"

    @property
    def _taken(self) -> Path:
        return self.folder / "taken"


def _in(folder: Path) -> list[Arrived]:
    """The letters in a folder, without drafts."""
    if not folder.is_dir():
        return []
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return [
        Arrived(id=UUID(hex=match[1]), answers=UUID(hex=match[2]), no_sender=match[3] == "report")
        for match in found
        if match
    ]
