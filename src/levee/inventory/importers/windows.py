"""Windows: what winget and the lists of installed updates say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.package_lists import windows
from levee.formats.package_lists.windows import Row
from levee.formats.strict_json import as_object, as_text, list_at, pointer, read_json, text_at
from levee.formats.tables import folded, text_records
from levee.inventory.importers.interface import Importer
from levee.inventory.importers.package_lists import body, host_lines, with_purl
from levee.inventory.types import StatedComponent
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

UPDATE = "an installed Windows update: it says what is mended, and no advisory is matched to it"
_NO_VERSION = frozenset({"unknown", "n/a"})
_HOSTS = ("csname", "pscomputername", "source", "node", "__server", "computername")
_ABOVE = 5  # records: PowerShell writes a type, wmic an empty line


def update(sheet: Sheet, place: str, name: str, *, asset: str = "", title: str = "") -> None:
    """A row that states an installed update."""
    stated = StatedComponent(
        place=place, asset=asset or sheet.alone, stated=f"{name} {title}".strip(), name=name, unmatchable=UPDATE
    )
    sheet.component(stated)


def program(sheet: Sheet, place: str, name: str, version: str, *, asset: str = "", detail: str = "") -> None:
    """A row that states a program, which belongs to no ecosystem."""
    version = "" if version.lower() in _NO_VERSION else version
    words = f"{name} ({detail}) {version}" if detail and detail != name else f"{name} {version}"
    stated = StatedComponent(place=place, asset=asset or sheet.alone, stated=words.strip(), name=name, version=version)
    sheet.component(with_purl(stated, "generic", None))


def _is_plain(sample: Sample) -> bool:
    return not sample.is_json and sample.data[:2] != b"PK" and not sample.head.lstrip("\ufeff \t\r\n").startswith("<")


def _is_winget(sample: Sample) -> bool:
    return _is_plain(sample) and windows.is_winget(body(sample))


def _read_winget(sheet: Sheet, data: bytes) -> None:
    for row in windows.read_winget(host_lines(sheet, data)):
        if isinstance(row, Row):
            program(sheet, row.line.place, row.cells["name"], row.cells["version"], detail=row.cells["id"])
        else:
            sheet.reject(row.line.place, row.line.text, row.reason)


def _is_winget_export(sample: Sample) -> bool:
    named = "WinGetVersion" in sample.json_keys or "winget" in sample.json_text("$schema")
    return named and "Sources" in sample.json_keys


def _read_winget_export(sheet: Sheet, data: bytes) -> None:
    root = as_object(read_json(data), "")
    for number, source in enumerate(list_at(root, "Sources", "")):
        here = pointer("/Sources", number)
        for at, package in enumerate(list_at(as_object(source, here), "Packages", here)):
            place = pointer(here, "Packages", at)
            try:
                entry = as_object(package, place)
                program(
                    sheet,
                    place,
                    as_text(entry.get("PackageIdentifier"), f"{place}/PackageIdentifier"),
                    text_at(entry, "Version", place),
                )
            except BadInput as error:
                sheet.reject(error.place, "", error.message)


def _is_hotfix_table(sample: Sample) -> bool:
    return _is_plain(sample) and windows.is_hotfix_table(body(sample))


def _read_hotfix_table(sheet: Sheet, data: bytes) -> None:
    for row in windows.read_hotfix_table(host_lines(sheet, data)):
        if isinstance(row, Row):
            asset = next((row.cells[name] for name in _HOSTS if row.cells.get(name)), "")
            update(sheet, row.line.place, row.cells["hotfixid"], asset=asset, title=row.cells.get("description", ""))
        else:
            sheet.reject(row.line.place, row.line.text, row.reason)


def _is_hotfix_csv(sample: Sample) -> bool:
    if not _is_plain(sample) or "hotfixid" not in sample.head.lower():
        return False
    records = zip(range(_ABOVE), text_records(sample.data[: 16 << 10]), strict=False)
    return any("hotfixid" in map(folded, record.cells) and len(record.cells) > 1 for _, record in records)


def _read_hotfix_csv(sheet: Sheet, data: bytes) -> None:
    names: list[str] = []
    for record in text_records(data):
        if not names:
            known = [folded(cell) for cell in record.cells]
            if "hotfixid" in known:
                names = known
            else:
                sheet.remark(record.place, record.stated, "stands above the headings: nothing was read from it")
            continue
        cells = dict(zip(names, record.cells, strict=False))
        if record.fault or not cells.get("hotfixid"):
            sheet.reject(record.place, record.stated, record.fault or "the row names no update")
            continue
        asset = next((cells[name] for name in _HOSTS if cells.get(name)), "")
        update(sheet, record.place, cells["hotfixid"], asset=asset, title=cells.get("description", ""))


IMPORTERS = (
    Importer(kind="winget", title="winget list", recognises=_is_winget, read=_read_winget),
    Importer(kind="winget-export", title="winget export", recognises=_is_winget_export, read=_read_winget_export),
    Importer(
        kind="hotfix",
        title="Windows updates (wmic qfe, Get-HotFix)",
        recognises=_is_hotfix_table,
        read=_read_hotfix_table,
    ),
    Importer(kind="hotfix-csv", title="Windows updates (CSV)", recognises=_is_hotfix_csv, read=_read_hotfix_csv),
)
