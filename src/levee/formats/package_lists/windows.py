"""Windows: `winget list`, and the lists of installed updates of wmic and PowerShell.

They are tables of fixed width under a line of headings; where a cell begins is where its heading begins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.package_lists.listed import Line, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_RULE = re.compile(r"^[-\s]+$")
_KB = re.compile(r"^(?:KB\d{6,8}|Q\d{6}|File 1)\b", re.IGNORECASE)
_HEADINGS_WITHIN = 30  # lines: winget draws its progress before them


class Row(NamedTuple):
    """A row of a table: its line, and its cells by heading in small letters."""

    line: Line
    cells: Mapping[str, str]


def is_winget(lines: Sequence[str]) -> bool:
    """Whether these are lines of `winget list`."""
    return _headings([Line(0, line) for line in lines], {"name", "id", "version"}) is not None


def read_winget(lines: Sequence[Line]) -> Iterator[Row | Unlisted]:
    """`winget list`: name, id and version; what winget draws while it works is passed over."""
    yield from _rows(lines, {"name", "id", "version"}, needed="name")


def is_hotfix_table(lines: Sequence[str]) -> bool:
    """Whether these are lines of `wmic qfe` or `Get-HotFix`."""
    return _headings([Line(0, line) for line in lines], {"hotfixid"}) is not None


def read_hotfix_table(lines: Sequence[Line]) -> Iterator[Row | Unlisted]:
    """`wmic qfe`, `wmic qfe list brief` or `Get-HotFix`."""
    yield from _rows(lines, {"hotfixid"}, needed="hotfixid")


def is_update(name: str) -> bool:
    """Whether a name is that of a Windows update."""
    return _KB.match(name.strip()) is not None


def _rows(lines: Sequence[Line], wanted: set[str], *, needed: str) -> Iterator[Row | Unlisted]:
    at = _headings(lines, wanted)
    if at is None:
        yield from (Unlisted(line, "stands before any headings") for line in lines)
        return
    starts = _starts(lines[at].text.rpartition("\r")[2])
    for line in lines[at + 1 :]:
        if _RULE.match(line.text):
            continue
        cells = {
            name: line.text[start : starts[number + 1][1] if number + 1 < len(starts) else None].strip()
            for number, (name, start) in enumerate(starts)
        }
        yield Row(line, cells) if cells.get(needed) else Unlisted(line, "not a row under the headings")


def _headings(lines: Sequence[Line], wanted: set[str]) -> int | None:
    for number, line in enumerate(lines[:_HEADINGS_WITHIN]):
        if "," not in line.text and wanted <= {name for name, _ in _starts(line.text.rpartition("\r")[2])}:
            return number
    return None


def _starts(text: str) -> list[tuple[str, int]]:
    return [(match[0].lower(), match.start()) for match in re.finditer(r"\S+", text)]
