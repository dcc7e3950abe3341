"""Spreadsheets: a CSV of the usual words, one of a helpdesk's own words, and a workbook with a title above its table."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from samples.worlds.files import software_csv
from samples.worlds.kinds.kind import Kind, everything
from samples.worlds.world import Asset, Package, World

WORDS = {"yes": "Y", "no": "N", "unknown": "?"}
OWNERS = {"us": "IT", "vendor": "vendor", "manufacturer": "manufacturer"}
ODD = ("Computer", "Software", "Installed version", "Package type", "Internet facing", "Maintained by", "Vendor")
PLAIN = ("Host name", "Product", "Release", "Ecosystem", "Owner", "Owner name", "Exposed", "Criticality")


def odd_csv(world: World) -> bytes:
    """Semicolons, a byte order mark, and headings that a helpdesk would choose."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(ODD)
    for asset in world.assets:
        for p in asset.packages:
            owner = asset.owner_name or OWNERS[asset.owner]
            kind = p.ecosystem or ""
            writer.writerow((asset.name, p.name, p.version, kind, WORDS[asset.exposed], owner, p.maker))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def workbook(world: World) -> bytes:
    """A workbook: a title and an empty row, then the table."""
    rows: list[Sequence[str]] = [(f"{world.title}: what we have",), (), PLAIN]
    for asset in world.assets:
        facts = (asset.owner, asset.owner_name, asset.exposed, asset.criticality)
        rows += [(asset.name, p.name, p.version, p.ecosystem, *facts) for p in asset.packages]
    return xlsx(rows)


def xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet whose cells are all text (ECMA-376, inline strings)."""
    sheet = "".join(_row(number, cells) for number, cells in enumerate(rows, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{office}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}">'
        '<sheets><sheet name="Inventory" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, date_time=(2026, 11, 20, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return out.getvalue()


def _row(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(_cells(number, cells))}</row>'


def _cells(number: int, cells: Sequence[str]) -> Iterator[str]:
    for column, text in enumerate(cells):
        place = f"{chr(ord('A') + column)}{number}"
        yield f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _named(_asset: Asset, package: Package) -> bool:
    """What a table without package URLs names as advisories do: not a binary package of another source."""
    return bool(package.ecosystem or package.maker) and not package.source


KINDS = (
    Kind(name="csv", ending=".csv", write=lambda w: software_csv(w).encode(), states=everything),
    Kind(name="csv-odd", ending="-helpdesk.csv", write=odd_csv, states=_named),
    Kind(name="xlsx", ending=".xlsx", write=workbook, states=_named),
)
