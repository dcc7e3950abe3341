"""Inventories as spreadsheets: columns are guessed by their headings, rows are read one by one, nothing is dropped.

One row is one component on one asset, or an asset alone. What a row does not say stays empty; a row that says nothing
that can be kept is handed back with its line and the reason.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.plain_text import text_of
from levee.formats.purl import parse_purl
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 << 20
MAX_ROWS = 1_000_000
MAX_FIELD = 4096
MAX_LINES_OF_A_RECORD = 20
# field: headings as they are met in files, folded; the first that fits wins
HEADINGS: dict[str, tuple[str, ...]] = {
    "purl": ("purl", "package url", "packageurl", "package-url"),
    "asset": (
        "asset", "asset name", "host", "hostname", "host name", "computer", "computer name", "device", "device name",
        "machine", "server", "system", "node", "fqdn", "dns name", "endpoint", "ip", "ip address", "asset id",
    ),
    "name": (
        "name", "package", "package name", "component", "component name", "software", "software name", "product",
        "product name", "application", "application name", "display name", "displayname", "program", "title", "library",
    ),
    "version": (
        "version", "installed version", "package version", "software version", "product version", "component version",
        "display version", "displayversion", "current version", "release", "ver",
    ),
    "ecosystem": ("ecosystem", "package type", "type", "package manager", "manager", "source type", "language"),
    "exposed": (
        "exposed", "exposure", "internet facing", "internet-facing", "internet exposed", "public", "publicly exposed",
        "external", "reachable from the internet", "internet",
    ),
    "owner": ("owner", "owner type", "maintained by", "managed by", "responsible"),
    "owner_name": ("owner name", "contact", "owner contact", "team"),
    "vendor": ("vendor", "publisher", "manufacturer", "supplier", "maker"),
    "environment": ("environment", "env", "site", "location", "zone"),
    "criticality": ("criticality", "critical", "importance", "business criticality", "priority", "impact"),
    "source_name": ("source", "source package", "source name"),
    "release": ("distribution", "distro", "os", "operating system", "os name", "platform"),
}  # fmt: skip
_LINE_END = re.compile(r"\r\n|\n|\r")
_FOLD = re.compile(r"[\s_]+")
_YES = frozenset({"yes", "y", "true", "1", "x", "internet", "public", "external", "exposed", "internet-facing"})
_NO = frozenset({"no", "n", "false", "0", "internal", "private", "none", "not exposed"})
_UNKNOWN = frozenset({"", "?", "unknown", "n/a", "na", "-", "tbd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryRow:
    """One row as stated; `line` counts from 1, absent parts are empty, `exposed` is None where nobody says.

    `purl` is normalised where the file gives one; `release` is the operating system or distribution's words.
    """

    line: int
    asset: str = ""
    name: str = ""
    version: str = ""
    ecosystem: str = ""
    purl: str = ""
    exposed: bool | None = None
    owner: str = ""
    owner_name: str = ""
    vendor: str = ""
    environment: str = ""
    criticality: str = ""
    source_name: str = ""
    release: str = ""

    @property
    def is_asset_alone(self) -> bool:
        """Whether the row names an asset and no software on it."""
        return not (self.name or self.purl)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNotUnderstood:
    """A row that was not kept: its line, its own words, and why."""

    line: int
    stated: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """All that the file says: every line below the headings that is not blank is in one of the two.

    `columns` maps Levee's field to the file's heading; `ignored` are the headings that nothing was read from.
    """

    rows: tuple[InventoryRow, ...]
    not_understood: tuple[LineNotUnderstood, ...]
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


def read_inventory_csv(data: bytes) -> Understood:
    """Read a spreadsheet saved as text: comma, semicolon, tab or bar between the fields.

    Args:
        data: UTF-8 or UTF-16 with its mark, else Windows-1252, as office programs write it.

    Raises:
        TooLarge: over 64 MiB or a million rows.
        BadInput: no headings in which an asset, a name or a package URL is recognised; `place` is `line 1`.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="csv.too_large")
    text = text_of(data)
    records = _records(text, _delimiter(text))
    line, headings = _headings(records)
    columns = _columns(headings)
    if not {"asset", "name", "purl"} & columns.keys():
        raise BadInput(
            "no column for an asset, a name or a package URL is recognised",
            code="csv.headings",
            place=f"line {line}",
            advice="Give the columns headings such as: asset, name, version, purl, exposed.",
        )
    rows, bad = _rows(records, columns, len(headings))
    used = set(columns.values())
    return Understood(
        rows=tuple(rows),
        not_understood=tuple(bad),
        columns=tuple((field, headings[at]) for field, at in columns.items()),
        ignored=tuple(heading for at, heading in enumerate(headings) if at not in used),
    )


def headings_in(text: str) -> list[str]:
    """The fields of the first line that says anything, stripped.

    Raises:
        BadInput: there is none, or its quotes do not match.
    """
    return _headings(_records(text, _delimiter(text)))[1]


def folded(heading: str) -> str:
    """A heading as headings are compared: lower case, single spaces."""
    return _FOLD.sub(" ", heading).strip().lower()


def _delimiter(text: str) -> str:
    """The separator that occurs most in the first line that says anything."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)


class _Record(NamedTuple):
    """One record: the line it begins on, its fields, its own words, and why it is none (else empty)."""

    line: int
    cells: list[str]
    stated: str
    fault: str


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """The records that say anything. A quote that is never closed costs its own line, not the rest of the file."""
    lines = _LINE_END.split(text)
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            cells, taken, fault = line.split(delimiter), 1, ""
        else:
            cells, taken, fault = _quoted(lines, at, delimiter)
        if fault or any(cell.strip() for cell in cells):
            yield _Record(at + 1, [cell.strip() for cell in cells], line[:MAX_FIELD], fault)
        at += taken


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
    return [], 1, f"not a row: {fault}"


def _headings(records: Iterator[_Record]) -> tuple[int, list[str]]:
    first = next(records, None)
    if first is None:
        raise BadInput("the file is empty", code="csv.empty", place="line 1")
    if first.fault:
        raise BadInput(first.fault, code="csv.syntax", place=f"line {first.line}")
    return first.line, first.cells


def _columns(headings: list[str]) -> dict[str, int]:
    known = [folded(heading) for heading in headings]
    found: dict[str, int] = {}
    for field, names in HEADINGS.items():
        at = next((known.index(name) for name in names if name in known), None)
        if at is not None and at not in found.values():
            found[field] = at
    return found


def _rows(
    records: Iterator[_Record], columns: dict[str, int], width: int
) -> tuple[list[InventoryRow], list[LineNotUnderstood]]:
    rows: list[InventoryRow] = []
    bad: list[LineNotUnderstood] = []
    for record in records:
        if len(rows) + len(bad) == MAX_ROWS:
            raise TooLarge(f"at most {MAX_ROWS} rows are read", code="csv.too_large", place=f"line {record.line}")
        try:
            rows.append(_row(record, columns, width))
        except BadInput as error:
            bad.append(LineNotUnderstood(line=record.line, stated=record.stated, reason=error.message))
    return rows, bad


def _row(record: _Record, columns: dict[str, int], width: int) -> InventoryRow:
    cells = record.cells
    if record.fault:
        raise BadInput(record.fault)
    if any(cells[width:]):
        raise BadInput(f"{len(cells)} fields under {width} headings")
    if any(len(cell) > MAX_FIELD or "\x00" in cell for cell in cells):
        raise BadInput(f"a field of more than {MAX_FIELD} characters, or with a NUL")
    value = {field: cells[at] if at < len(cells) else "" for field, at in columns.items()}
    if not (value.get("asset") or value.get("name") or value.get("purl")):
        raise BadInput("the row names neither an asset nor software")
    exposed = _exposed(value.pop("exposed", "").lower())
    if value.get("purl"):
        purl = parse_purl(value["purl"])
        value["purl"] = str(purl)
        value["version"] = value.get("version") or purl.version
        value["name"] = value.get("name") or purl.name
    return InventoryRow(line=record.line, exposed=exposed, **value)


def _exposed(text: str) -> bool | None:
    if text in _UNKNOWN:
        return None
    if text not in _YES | _NO:
        raise BadInput(f"{text[:40]!r} says neither yes nor no about exposure")
    return text in _YES
