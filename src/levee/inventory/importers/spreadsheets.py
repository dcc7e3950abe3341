"""Spreadsheets of the operator's own making, whose columns are guessed by their headings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from levee.formats.inventory_csv import read_inventory_csv
from levee.inventory.importers.asset_facts import with_words
from levee.inventory.importers.interface import Importer
from levee.inventory.types import Exposure, Owner, StatedAsset, StatedComponent

if TYPE_CHECKING:
    from levee.formats.inventory_csv import InventoryRow
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

_EXPOSURES = {True: Exposure.YES, False: Exposure.NO, None: Exposure.UNKNOWN}


def _is_csv(sample: Sample) -> bool:
    text = sample.head.lstrip("\ufeff \t\r\n")
    return text[:1] not in {"{", "[", "<"} and not sample.zip_members and not sample.head.startswith("%PDF")


def _read_csv(sheet: Sheet, data: bytes) -> None:
    understood = read_inventory_csv(data)
    for bad in understood.not_understood:
        sheet.reject(f"line {bad.line}", bad.stated, bad.reason)
    for heading in understood.ignored:
        sheet.remark("line 1", heading, "nothing was read from this column")
    for row in understood.rows:
        _row(sheet, row, row.asset or sheet.alone)


def _row(sheet: Sheet, row: InventoryRow, asset: str) -> None:
    place = f"line {row.line}"
    if row.is_asset_alone:
        sheet.asset_row(_asset(sheet, row, asset, place), place)
        return
    sheet.asset(_asset(sheet, row, asset, place), place)
    sheet.component(
        StatedComponent(
            place=place,
            asset=asset,
            stated=f"{row.name or row.purl} {row.version}".strip(),
            name=row.name,
            version=row.version,
            purl=row.purl,
        ),
        ecosystem=row.ecosystem,
        source_name=row.source_name,
        release=row.release,
    )


def _asset(sheet: Sheet, row: InventoryRow, name: str, place: str) -> StatedAsset:
    stated = StatedAsset(
        name=name, owner_name=row.owner_name, environment=row.environment, exposure=_EXPOSURES[row.exposed]
    )
    stated = with_words(sheet, place, stated, owner=row.owner, criticality=row.criticality)
    if stated.owner in {Owner.VENDOR, Owner.MANUFACTURER} and not stated.owner_name:
        stated = replace(stated, owner_name=row.vendor)
    return stated


GENERIC = (Importer(kind="csv", title="CSV", recognises=_is_csv, read=_read_csv),)
