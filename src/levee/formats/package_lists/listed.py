from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A line that says anything: its number from 1, and its words without the blanks at its end."""

    number: int
    text: str

    @property
    def place(self) -> str:
        """As people count lines."""
        return f"line {self.number}"


class Listed(NamedTuple):
    """An installed package as a list states it.

    `source` is the distribution's source package where it is told, as `name@version` where its version is told too;
    `epochs` says whether the list shows epochs, so that
    a version without one has none.
    """

    line: Line
    name: str
    version: str
    source: str = ""
    epochs: bool = True


class Unlisted(NamedTuple):
    """A line that states no installed package, and why."""

    line: Line
    reason: str


LONGEST = 1000  # characters of a line: no package's is longer


def lines_of(text: str) -> list[Line]:
    """The lines of a text that say anything."""
    found = (Line(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1))
    return [line for line in found if line.text.strip()]
