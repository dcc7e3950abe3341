"""Workbooks (XLSX, XLSB, XLS, ODS) as the lines of a small program of its own, by python-calamine.

A workbook is packed, and says itself how large it is: a few bytes can ask for more memory than there is. So it is
unpacked by this program, within limits of memory and time, and what goes wrong there goes wrong there alone. What it
writes is one JSON array a line: `["sheet", NAME]`, then `[ROW, [CELL, ...]]` for each row that says anything, and
`["fault", MESSAGE]` at last where it could not go on. A cell is a text, or a number where a fraction is kept as such.
Formulas are never worked out: a cell is what was last shown.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import sys
import zipfile

MAX_UNPACKED = 512 << 20
MAX_MEMORY = 2 << 30
MAX_SECONDS = 120
MAX_COLUMNS = 1000
_RATIO = 500  # a sheet of equal cells packs a hundred times smaller; bombs a thousand times and more
_SMALL = 4 << 20


def bomb_in(data: bytes) -> str:
    """Why a zip file is not unpacked, by what its table of contents says; empty where all is well or it is none."""
    if not data.startswith(b"PK"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        return f"not a workbook: {error}"
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        return f"it would unpack to more than {MAX_UNPACKED >> 20} MiB"
    if any(each.file_size > _SMALL and each.file_size > _RATIO * max(each.compress_size, 1) for each in members):
        return "a part of it is packed as only bombs are"
    return ""


def main() -> int:
    """Read a workbook from standard input, and write its lines."""
    import resource  # noqa: PLC0415 - what is not there on every system is needed by this program alone

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - after the limits

    out = sys.stdout
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for name in book.sheet_names:
            out.write(json.dumps(["sheet", name]) + "\n")
            sheet = book.get_sheet_by_name(name)
            for number, cells in enumerate(sheet.iter_rows(), (sheet.start or (0, 0))[0] + 1):
                told = [_told(cell) for cell in cells[:MAX_COLUMNS]]
                if any(told):
                    out.write(json.dumps([number, told]) + "\n")
    except (CalamineError, OSError, ValueError, KeyError, MemoryError) as error:
        out.write(json.dumps(["fault", str(error)[:200] or type(error).__name__]) + "\n")
    return 0


def _told(cell: object) -> str | float:
    """A cell as it is shown: whole numbers without a fraction, dates as ISO 8601; a fraction stays a number."""
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isfinite(cell):
        return str(int(cell)) if cell.is_integer() else cell
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell).strip()


if __name__ == "__main__":
    sys.exit(main())
