"""What the postman remembers over its own death: a line before a letter's last byte leaves, one after the answer."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LEAVING: Final = "leaving"
KEPT = 50_000


class Journal:
    """Letters by key, and the last that is known of each; one write is one line, and outlives the process."""

    def __init__(self, path: Path) -> None:
        """Open a journal and read what an earlier postman wrote.

        Args:
            path: of its file; made where there is none. Only the newest letters are kept when it is opened.
        """
        self.before = _read(path)
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.writelines(f"{key.hex} {word}\n" for key, word in self.before.items())
        fresh.replace(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, key: UUID, word: str) -> None:
        """Note one word about a letter."""
        os.write(self._file, f"{key.hex} {word}\n".encode("ascii"))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _read(path: Path) -> Mapping[UUID, str]:
    found: dict[UUID, str] = {}
    with suppress(FileNotFoundError):
        for key, word in _words(path.read_text(encoding="ascii", errors="replace").splitlines()):
            found.pop(key, None)
            found[key] = word
    return dict(list(found.items())[-KEPT:])


def _words(lines: Iterable[str]) -> Iterable[tuple[UUID, str]]:
    for line in lines:
        key, _, word = line.partition(" ")
        with suppress(ValueError):  # a line that was cut short by the end of the machine
            yield UUID(hex=key), word
