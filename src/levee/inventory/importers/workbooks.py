"""Workbooks of the operator's own making: every sheet that is a table, its columns guessed and correctable."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING

from levee.formats.inventory_table import understand_table
from levee.formats.tables import MAX_BYTES, MAX_FIELD, Record
from levee.formats.workbooks import bomb_in
from levee.inventory.importers.interface import Importer
from levee.inventory.importers.spreadsheets import fill, refuse_empty
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MEMBERS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_PROGRAM = (sys.executable, "-I", "-m", "levee.formats.workbooks")
_ADVICE = "open it, save it anew, or save the sheet as CSV"


def _is_workbook(sample: Sample) -> bool:
    if sample.data.startswith(_OLE):
        return True
    return bool(_MEMBERS & sample.zip_members) or {"mimetype", "content.xml"} <= sample.zip_members


def _read(sheet: Sheet, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="table.too_large")
    if bomb := bomb_in(data):
        raise BadInput(bomb, code="workbook.packed", place="the file", advice=_ADVICE)
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        with subprocess.Popen(
            _PROGRAM, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        ) as program:
            try:
                _fill(sheet, _checked(program))
            finally:
                program.kill()


def _checked(program: subprocess.Popen[str]) -> Iterator[list[object]]:
    """The program's lines; BadInput in the place of what it could not read."""
    output: IO[str] | None = program.stdout
    for line in output or ():
        try:
            entry: list[object] = json.loads(line)
        except ValueError:
            break
        if entry[0] == "fault":
            raise BadInput(f"not a workbook: {entry[1]}", code="workbook.bad", place="the file", advice=_ADVICE)
        yield entry
    if program.wait() != 0:
        raise BadInput(
            "the workbook cannot be read within the memory and the time that are given to one",
            code="workbook.bad",
            place="the file",
            advice=_ADVICE,
        )


def _fill(sheet: Sheet, entries: Iterator[list[object]]) -> None:
    """Every sheet that is a table; one that is none is remarked on, and BadInput where none is."""
    tables, first = 0, None
    pending = next(entries, None)
    while pending is not None:
        title, rest = str(pending[1]), _Sheet(entries)
        rows = _records(title, rest)
        try:
            fill(sheet, understand_table(rows, corrected=sheet.columns, title=title))
            tables += 1
        except BadInput as error:
            first = first or error
            sheet.remark(f"sheet {title}", title, f"nothing was read from this sheet: {error.message}")
            for _ in rows:
                pass
        pending = rest.next_sheet
    if first is not None and not tables:
        raise first
    if not sheet.tables:
        raise BadInput("the workbook is empty", code="table.empty", place="the file")
    refuse_empty(sheet)


class _Sheet:
    """The rows of one sheet out of the lines of all; knows the line that begins the next one."""

    def __init__(self, entries: Iterator[list[object]]) -> None:
        self._entries = entries
        self.next_sheet: list[object] | None = None

    def __iter__(self) -> Iterator[list[object]]:
        for entry in self._entries:
            if entry[0] == "sheet":
                self.next_sheet = entry
                return
            yield entry


def _records(title: str, rows: _Sheet) -> Iterator[Record]:
    for number, cells in rows:
        told = cells if isinstance(cells, list) else []
        texts = [str(cell) for cell in told]
        fractions = tuple(at for at, cell in enumerate(told) if isinstance(cell, float))
        yield Record(f"{title}, row {number}", texts, "; ".join(filter(None, texts))[:MAX_FIELD], fractions=fractions)


GENERIC = (Importer(kind="workbook", title="workbook (XLSX, XLS, ODS)", recognises=_is_workbook, read=_read),)
