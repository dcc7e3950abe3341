"""Inventories as spreadsheets: columns are guessed by their headings and can be corrected; every row is handed out.

One row is one component on one asset, or an asset alone. What a row does not say stays empty; a row that says nothing
that can be kept is handed out with the reason.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.tables import MAX_FIELD, folded
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from levee.formats.tables import Record

MAX_ROWS = 1_000_000
_LOOKED_THROUGH = 20  # records above the headings: titles, dates, who made it
# field: headings as they are met in files, folded; the first that fits wins
HEADINGS: dict[str, tuple[str, ...]] = {
    "purl": ("purl", "package url", "packageurl", "package-url"),
    "asset": (
        "asset", "asset name", "host", "hostname", "host name", "computer", "computer name", "device", "device name",
        "machine", "machine name", "server", "server name", "system", "system name", "node", "fqdn", "dns name",
        "endpoint", "workstation", "ip", "ip address", "asset id", "asset tag",
    ),
    "name": (
        "name", "package", "package name", "component", "component name", "software", "software name", "product",
        "product name", "application", "application name", "display name", "displayname", "program", "program name",
        "title", "library", "model", "firmware",
    ),
    "version": (
        "version", "installed version", "package version", "software version", "product version", "component version",
        "display version", "displayversion", "current version", "firmware version", "release", "ver", "version number",
    ),
    "ecosystem": ("ecosystem", "package type", "package manager", "manager", "source type", "language", "type"),
    "exposed": (
        "exposed", "exposure", "internet facing", "internet-facing", "internet exposed", "public", "publicly exposed",
        "external", "reachable from the internet", "internet",
    ),
    "exposure_source": ("exposure source", "exposed source", "how known", "exposure evidence"),
    "exposure_at": ("exposure date", "exposure as of", "exposure checked", "as of", "checked on"),
    "owner": ("owner", "owner type", "maintained by", "managed by", "responsible"),
    "owner_name": ("owner name", "contact", "owner contact", "team"),
    "vendor": ("vendor", "publisher", "manufacturer", "supplier", "maker"),
    "environment": ("environment", "env", "site", "location", "zone"),
    "criticality": ("criticality", "critical", "importance", "business criticality", "priority", "impact"),
    "type": ("asset type", "device type", "asset class", "kind", "class", "category"),
    "window": (
        "maintenance window", "maintenance", "patch window", "change window", "restart window", "downtime window",
    ),
    "cpe": ("cpe", "cpe name", "cpe 2.3", "cpe23", "cpe uri"),
    "support": (
        "end of support", "end-of-support", "end of support date", "support ends", "support until", "supported until",
        "eos", "eos date", "end of life", "end-of-life", "end of life date", "eol", "eol date",
    ),
    "source_name": ("source", "source package", "source name"),
    "release": ("distribution", "distro", "os", "operating system", "os name", "platform"),
}  # fmt: skip
NEEDED = frozenset({"asset", "name", "purl", "cpe"})


class Row(NamedTuple):
    """One row: its place, its own words, what each field says, and why nothing of it can be kept (else empty).

    `rounded`: its version is a number in the file, and so without the zeros that may have stood behind it.
    """

    place: str
    stated: str
    fields: Mapping[str, str]
    fault: str = ""
    rounded: bool = False

    def of(self, field: str) -> str:
        """What a field says; empty where the table has no such column."""
        return self.fields.get(field, "")


class InventoryTable(NamedTuple):
    """A table as understood.

    Attributes:
        title: the sheet's name; empty where the file is one table.
        place: where its headings stand. headings: all of them, as written.
        columns: Levee's field to the heading that it is read from.
        ignored: headings that nothing is read from.
        above: records over the headings, which belong to no row.
        rows: one for each record below the headings that says anything; TooLarge in the midst, over a million.
    """

    title: str
    place: str
    headings: tuple[str, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    above: tuple[Record, ...]
    rows: Iterator[Row]


def understand_table(records: Iterator[Record], *, corrected: Mapping[str, str], title: str = "") -> InventoryTable:
    """Find the headings of a table, and what each column is.

    Args:
        records: of the table, headings and whatever stands above them included.
        corrected: field to heading, where a person says which column it is; an empty heading means none.
        title: the sheet's name.

    Raises:
        BadInput: it says nothing, or no column for an asset, a name or a package URL is recognised.
    """
    head = list(islice(records, _LOOKED_THROUGH))
    if not head:
        raise BadInput("the file is empty", code="table.empty", place="line 1")
    at = max(range(len(head)), key=lambda number: _known(head[number], corrected))
    columns = _columns(head[at], corrected)
    if not NEEDED & columns.keys():
        raise _unknown(head)
    headings = tuple(head[at].cells)
    return InventoryTable(
        title=title,
        place=head[at].place,
        headings=tuple(heading for heading in headings if heading),
        columns={field: headings[number] for field, number in columns.items()},
        ignored=tuple(text for number, text in enumerate(headings) if text and number not in columns.values()),
        above=tuple(head[:at]),
        rows=_rows(chain(head[at + 1 :], records), columns, len(headings)),
    )


class UnknownColumns(BadInput):
    """No column is recognised that says what a row is about; `headings` are those of which a person may say it."""

    headings: tuple[str, ...] = ()


def _unknown(head: Sequence[Record]) -> UnknownColumns:
    error = UnknownColumns(
        head[0].fault or "no column for an asset, a name or a package URL is recognised",
        code="table.headings",
        place=head[0].place,
        advice="Give the columns headings such as asset, name, version, purl, exposed; or say which is which.",
    )
    error.headings = tuple(cell for cell in max(head, key=lambda record: len(record.cells)).cells if cell)
    return error


def _known(record: Record, corrected: Mapping[str, str]) -> int:
    """How much a record looks like headings; one that holds none of the needed ones does not at all."""
    columns = _columns(record, corrected)
    return len(columns) if NEEDED & columns.keys() else 0


def _columns(record: Record, corrected: Mapping[str, str]) -> dict[str, int]:
    known = [folded(cell) for cell in record.cells]
    found = {
        field: known.index(folded(heading))
        for field, heading in corrected.items()
        if folded(heading) in {*known} - {""}
    }
    for field, names in HEADINGS.items():
        at = next((known.index(name) for name in names if name in known), None)
        if at is not None and field not in corrected and at not in found.values():
            found[field] = at
    return found


def _rows(records: Iterator[Record], columns: Mapping[str, int], width: int) -> Iterator[Row]:
    fields, version = list(columns.items()), columns.get("version")
    for number, record in enumerate(records):
        if number == MAX_ROWS:
            raise TooLarge(f"at most {MAX_ROWS} rows are read", code="table.too_large", place=record.place)
        cells = record.cells
        length = len(cells)
        told = {field: cells[at] for field, at in fields if at < length and cells[at]}
        fault = record.fault or _fault(cells, told, width)
        yield Row(record.place, record.stated, told, fault, version in record.fractions)


def _fault(cells: Sequence[str], told: Mapping[str, str], width: int) -> str:
    if any(cells[width:]):
        return f"{len(cells)} fields under {width} headings"
    if any(len(cell) > MAX_FIELD or "\x00" in cell for cell in cells):
        return f"a field of more than {MAX_FIELD} characters, or with a NUL"
    return "" if NEEDED & told.keys() else "the row names neither an asset nor software"
