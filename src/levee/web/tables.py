"""What a table on a page holds; drawn by the tag `table`, stacked into cards on a narrow screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a status or a bar is coloured; the words say the same, so that colour is never alone."""

    PLAIN = "plain"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        label: its heading, and on a narrow screen the label of each of its cells.
        numeric: whether its cells are figures, set to the right.
        whole: whether its cells, such as dates, are kept on one line.
    """

    label: str
    numeric: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell.

    Attributes:
        text: what it says.
        url: where it leads, or empty.
        tone: draws the text as a status; None draws it plainly.
        detail: a second, quieter line, or empty.
    """

    text: str
    url: str = ""
    tone: Tone | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one heading cell per row (the first).

    Attributes:
        caption: what the table shows; read aloud, and printed where show_caption is set.
        rows: as many cells each as there are columns; a plain string stands for a cell without more.
        empty: the heading shown instead of a table without rows; empty_text says what to do about it.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    empty: str = "Nothing here"
    empty_text: str = ""
    show_caption: bool = False

    def cells(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell beside its column.

        Raises:
            ValueError: a row has more or fewer cells than there are columns.
        """
        return [
            [
                (column, cell if isinstance(cell, Cell) else Cell(text=cell))
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]
