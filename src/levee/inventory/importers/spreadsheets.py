"""Spreadsheets of the operator's own making, whose columns are guessed by their headings and can be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.inventory_table import understand_table
from levee.formats.tables import text_records
from levee.inventory.importers.asset_facts import stated_asset
from levee.inventory.importers.interface import Importer
from levee.inventory.support import state_support
from levee.inventory.types import Columns, StatedComponent
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.formats.inventory_table import InventoryTable, Row
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet


SHOWN = 5
ROUNDED = (
    "{count} versions are numbers in this file, from here on: zeros at their end are lost, so that 1.10 reads 1.1. "
    "Format the column as text, and write them again"
)


def _is_text(sample: Sample) -> bool:
    text = sample.head.lstrip("\ufeff \t\r\n")
    return text[:1] not in {"{", "[", "<"} and not sample.zip_members and not sample.head.startswith("%PDF")


def _read_text(sheet: Sheet, data: bytes) -> None:
    sheet.expected = data.count(b"\n")
    fill(sheet, understand_table(text_records(data), corrected=sheet.columns))
    refuse_empty(sheet)


def refuse_empty(sheet: Sheet) -> None:
    """Refuse headings without a row below them: taken at its word, such a table would say that all is gone.

    Raises:
        BadInput: there is no row.
    """
    if not sheet.rows:
        advice = "export it anew, with its rows; what you have is not taken to be gone"
        raise BadInput("there are headings and no rows", code="table.empty", place="the file", advice=advice)


def fill(sheet: Sheet, table: InventoryTable) -> None:
    """Put every row of a table on the sheet."""
    sheet.tables.append(Columns(title=table.title, headings=table.headings, fields=tuple(table.columns.items())))
    for record in table.above:
        sheet.remark(record.place, record.stated, "stands above the headings: nothing was read from it")
    for heading in table.ignored:
        sheet.remark(table.place, heading, "nothing was read from this column")
    rounded: list[Row] = []
    for row in table.rows:
        if row.fault:
            sheet.reject(row.place, row.stated, row.fault)
        else:
            _row(sheet, row)
            if row.rounded:
                rounded.append(row)
    if rounded:
        some = ", ".join(row.of("version") for row in rounded[:SHOWN])
        sheet.remark(rounded[0].place, f"{some}{' …' if rounded[SHOWN:] else ''}", ROUNDED.format(count=len(rounded)))


def _row(sheet: Sheet, row: Row) -> None:
    asset = row.of("asset") or sheet.alone
    facts = stated_asset(sheet, row.place, asset, row.fields)
    name, purl, cpe = row.of("name"), row.of("purl"), row.of("cpe")
    if not purl and name.startswith("pkg:"):
        name, purl = "", name
    if not (name or purl or cpe):
        sheet.asset_row(facts, row.place)
        state_support(sheet, row.place, row.of("support"), asset=asset, about=row.of("release") or asset)
        return
    sheet.asset(facts, row.place)
    component = StatedComponent(
        place=row.place,
        asset=asset,
        stated=f"{name or purl or cpe} {row.of('version')}".strip(),
        name=name,
        version=row.of("version"),
        purl=purl,
    )
    state_support(sheet, row.place, row.of("support"), asset=asset, about=component)
    sheet.component(
        component,
        ecosystem=row.of("ecosystem"),
        source_name=row.of("source_name"),
        release=row.of("release"),
        cpe=cpe,
        maker=row.of("vendor"),
    )


GENERIC = (Importer(kind="csv", title="CSV", recognises=_is_text, read=_read_text),)
