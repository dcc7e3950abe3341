"""A copy of what a gateway knows that its serving does not stop, and that opens nothing: wraps stay where they are."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from levee.frontier.gateway.store import FILE, Store
from levee.frontier.gateway.transcripts import FILE as TRANSCRIPTS
from levee.frontier.gateway.transcripts import Transcripts
from levee.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def back_up(folder: Path, to: Path) -> Iterator[Path]:
    """Copy the two files of a gateway's folder into another, and name each as it stands.

    Raises:
        Conflict: there is something where the copy would go.
    """
    if to.exists():
        raise Conflict("there is something there already", place=str(to), advice="choose another name")
    to.mkdir(mode=0o700, parents=True)
    for kind, name in ((Store, FILE), (Transcripts, TRANSCRIPTS)):
        with closing(kind(folder)) as found:
            found.backup(to / name)
        yield to / name
