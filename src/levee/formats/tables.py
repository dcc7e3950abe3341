"""Tables as records: text with a separator between the fields, one record after the other.

Workbooks are in `workbooks`; both hand out the same records.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.plain_text import text_of
from levee.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES = 64 << 20
MAX_FIELD = 4096
MAX_LINES_OF_A_RECORD = 20
_LINE_END = re.compile(r"\r\n|\n|\r")
_FOLD = re.compile(r"[\s_]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Record(NamedTuple):
    """One record: its place, its fields stripped, its own words, and why it is none (else empty).

    `fractions` are the places of fields that the file holds as numbers, so that zeros behind them are lost.
    """

    place: str
    cells: Sequence[str]
    stated: str
    fault: str = ""
    fractions: tuple[int, ...] = ()


def text_records(data: bytes) -> Iterator[Record]:
    """The records of a text that say anything: comma, semicolon, tab or bar between the fields.

    A quote that is never closed costs its own line, not the rest of the file.

    Raises:
        TooLarge: over 64 MiB.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="table.too_large")
    lines = _LINE_END.split(text_of(data))
    delimiter = _delimiter(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            cells, taken, fault = line.split(delimiter), 1, ""
        else:
            cells, taken, fault = _quoted(lines, at, delimiter)
        if fault or any(map(str.strip, cells)):
            yield Record(f"line {at + 1}", _plain(cells), line[:MAX_FIELD], fault)
        at += taken


def folded(heading: str) -> str:
    """A heading as headings are compared: lower case, single spaces."""
    return _FOLD.sub(" ", heading).strip().lower()


def as_text_cell(value: str) -> str:
    """A value as Levee writes it into a table: what a spreadsheet would take for a formula begins with an apostrophe.

    OWASP, CSV injection: fields that begin with `=`, `+`, `-`, `@`, a tab or a carriage return. `text_records` takes
    the apostrophe off again.
    """
    return f"'{value}" if value.startswith(_FORMULA) else value


def _plain(cells: list[str]) -> list[str]:
    stripped = [cell.strip() for cell in cells]
    return [cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell for cell in stripped]


def _delimiter(lines: list[str]) -> str:
    """The separator that occurs most in the first line that says anything."""
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t|", key=first.count)


def _quoted(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int, str]:
    fault = ""
    for taken in range(1, min(MAX_LINES_OF_A_RECORD, len(lines) - at) + 1):
        try:
            record = io.StringIO("\n".join(lines[at : at + taken]), newline="")
            return next(csv.reader(record, delimiter=delimiter, strict=True)), taken, ""
        except csv.Error as error:
            fault = str(error)
            if "unexpected end of data" not in fault:
                break
    said = "a quotation mark is opened and never closed" if "unexpected end of data" in fault else f"not a row: {fault}"
    return [], 1, said
