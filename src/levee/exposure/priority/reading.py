"""Reading a policy table from CSV: one column per question, then how many days; complete and without contradiction.

A cell may hold `any`. Every complaint names the line and says what to do.
"""

from __future__ import annotations

import csv
import io
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from levee.exposure.priority.tables import Band, Row, combinations
from levee.formats.signals import VALUES, read_answer
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST = 1_000_000
MOST_COMBINATIONS = 10_000
LONGEST_TERM = 3650
ANY = frozenset({"any", "*"})
UPGRADE = frozenset({"", "upgrade", "with the next upgrade", "fix on system upgrade"})
_NAMES = {"in kev": "kev", "publicly exposed": "exposed", "impact": "technical_impact", "weaponized": "weaponised"}
_OWN = ("row", "result", "days", "forensic")
_SHOWN = 5


def read_rows(data: bytes) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Read the questions and the rows of a table.

    Args:
        data: CSV in UTF-8. Columns named like questions of `levee.formats.signals.VALUES` are the table's questions;
            `days` is a number, or empty for a fix with the next upgrade; `forensic`, `result`, `row` may be missing.

    Returns:
        The questions, and one row for every combination of their answers.

    Raises:
        BadInput: a line cannot be read, two lines contradict each other, or a combination has no line.
        TooLarge: there are more combinations than anyone reads.
    """
    lines = _lines(data)
    header = [_name(each) for each in next(lines, [])]
    inputs = _inputs(header)
    found: dict[tuple[str, ...], Row] = {}
    for number, cells in enumerate(lines, start=2):
        place = f"line {number}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise BadInput(
                f"{len(cells)} cells where the first line has {len(header)}", code="priority.csv", place=place
            )
        for row in _rows(dict(zip(header, cells, strict=True)), inputs, default=number - 2, place=place):
            _no_contradiction(found.setdefault(row.when, row), row, inputs, place)
    _complete(found, inputs)
    return inputs, tuple(sorted(found.values(), key=lambda row: row.number))


def _lines(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST:
        raise TooLarge("a policy table has at most 1 MB", place="file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("this is no text in UTF-8", code="priority.csv", place=f"byte {error.start}") from error
    if "\0" in text:
        raise BadInput("a text holds no zero byte", code="priority.csv", place=f"character {text.index(chr(0))}")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise BadInput(f"this is no CSV: {error}", code="priority.csv") from error


def _name(cell: str) -> str:
    word = " ".join(cell.replace("_", " ").split()).lower()
    return _NAMES.get(word, word.replace(" ", "_"))


def _inputs(header: Sequence[str]) -> tuple[str, ...]:
    inputs = tuple(name for name in header if name not in _OWN)
    unknown = [name for name in inputs if name not in VALUES]
    if unknown or not inputs or "days" not in header or len(set(header)) < len(header):
        raise BadInput(
            f"no question is called {unknown[0][:40]!r}" if unknown else "the first line names no table of days",
            code="priority.columns",
            place="line 1",
            advice=f"one column each, once, among: {', '.join(VALUES)}; then days; row, result, forensic may follow",
        )
    if prod(len(VALUES[name]) for name in inputs) > MOST_COMBINATIONS:
        raise TooLarge("more than 10,000 combinations", place="line 1", advice="ask fewer questions")
    return inputs


def _rows(cells: Mapping[str, str], inputs: tuple[str, ...], *, default: int, place: str) -> Iterator[Row]:
    answers = [
        VALUES[name]
        if cells[name].strip().lower() in ANY
        else (read_answer(name, cells[name], place=f"{place}, {name}"),)
        for name in inputs
    ]
    days = _days(cells["days"], place)
    forensics = read_answer("kev", cells.get("forensic", "").strip() or "no", place=f"{place}, forensic") == "yes"
    band = Band(days=days, forensics=forensics)
    number = _number(cells.get("row", ""), default, place)
    for when in product(*answers):
        yield Row(number=number, when=when, result=cells.get("result", "").strip() or band.label, band=band)


def _days(cell: str, place: str) -> int | None:
    word = cell.strip().lower()
    if word in UPGRADE:
        return None
    if word.isascii() and word.isdigit() and 0 < int(word) <= LONGEST_TERM:
        return int(word)
    raise BadInput(
        f"{cell[:40]!r} is no number of days",
        code="priority.days",
        place=f"{place}, days",
        advice="a whole number from 1 to 3650, or empty for a fix with the next upgrade",
    )


def _number(cell: str, default: int, place: str) -> int:
    word = cell.strip()
    if not word:
        return default
    if word.isascii() and word.isdigit() and len(word) <= len(str(MOST_COMBINATIONS)):
        return int(word)
    raise BadInput(f"{cell[:40]!r} is no row number", code="priority.csv", place=f"{place}, row")


def _no_contradiction(before: Row, row: Row, inputs: tuple[str, ...], place: str) -> None:
    if before.band != row.band:
        raise BadInput(
            f"contradicts row {before.number}: {before.band.label}, and here {row.band.label}, "
            f"for {_words(inputs, row.when)}",
            code="priority.contradiction",
            place=place,
            advice="leave one of the two lines out, or make them differ in an answer",
        )


def _complete(found: Mapping[tuple[str, ...], Row], inputs: tuple[str, ...]) -> None:
    missing = [when for when in combinations(inputs) if when not in found]
    if missing:
        shown = "; ".join(_words(inputs, when) for when in missing[:_SHOWN])
        count = "1 combination has" if len(missing) == 1 else f"{len(missing)} combinations have"
        raise BadInput(
            f"{count} no line, such as: {shown}",
            code="priority.incomplete",
            place="file",
            advice="add them; a cell that does not matter may hold: any",
        )


def _words(inputs: tuple[str, ...], when: tuple[str, ...]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in zip(inputs, when, strict=True))
