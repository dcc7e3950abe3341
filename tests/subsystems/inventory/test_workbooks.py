"""Workbooks are read sheet by sheet, never worked out, and never unpacked beyond what a machine has."""

import io
import zipfile

import pytest

from levee.inventory.reading import read
from levee.inventory.types import Corrections
from levee.kernel.errors import BadInput
from support.workbooks import ods, packed, xls, xlsx

HEAD = ["Host name", "Product", "Release"]


def test_every_sheet_that_is_a_table_is_read_and_the_others_are_named():
    data = xlsx(
        Notes=[["Made by the helpdesk"], ["ask them"]],
        Servers=[["What we have"], [], HEAD, ["web-1", "nginx", "1.18.0"]],
        Desks=[HEAD, ["desk-1", "7-Zip", 24], ["", "", ""], ["desk-1", "", ""]],
    )
    reading = read(data, "office.xlsx")
    assert [(each.place, each.asset, each.version) for each in reading.components] == [
        ("Servers, row 4", "web-1", "1.18.0"), ("Desks, row 2", "desk-1", "24"),
    ]  # fmt: skip
    assert [each.title for each in reading.tables] == ["Servers", "Desks"]
    assert any(each.place == "sheet Notes" for each in reading.remarks)
    assert reading.accounted


@pytest.mark.parametrize("make", [lambda rows: xlsx(A=rows), ods])
def test_a_version_that_the_file_holds_as_a_number_is_warned_of_once(make):
    rows = [HEAD, ["web-1", "nginx", 1.1], ["web-1", "php", 8], ["web-1", "ssh", "9.10"], ["web-1", "tls", 1.5]]
    reading = read(make(rows), "a.bin")
    assert [each.version for each in reading.components] == ["1.1", "8", "9.10", "1.5"]
    (told,) = [each for each in reading.remarks if "are numbers in this file" in each.reason]
    assert told.reason.startswith("2 versions")
    assert told.stated == "1.1, 1.5"


def test_a_formula_is_never_worked_out():
    data = xlsx(A=[HEAD, ["web-1", ("=CONCATENATE(A2)", "shown"), "1"], ["web-1", "=cmd|'/c calc'!A0", "1"]])
    assert [each.stated for each in read(data, "a.xlsx").components] == ["shown 1", "=cmd|'/c calc'!A0 1"]


def test_columns_are_corrected_by_their_headings():
    data = ods([["Box", "Thing", "Rev"], ["web-1", "nginx", "1.18.0"]])
    with pytest.raises(BadInput, match="no column"):
        read(data, "a.ods")
    reading = read(data, "a.ods", Corrections(columns={"asset": "box", "name": "Thing", "version": "Rev"}))
    assert [(each.asset, each.name, each.version) for each in reading.components] == [("web-1", "nginx", "1.18.0")]


@pytest.mark.parametrize("make", [lambda rows: xlsx(A=rows), ods, xls])
def test_an_empty_workbook_is_refused(make):
    with pytest.raises(BadInput):
        read(make([]), "a.bin")


def test_a_bomb_is_refused_before_it_is_unpacked():
    parts = dict.fromkeys(["xl/workbook.xml", "[Content_Types].xml"], "<x/>")
    with pytest.raises(BadInput, match="bombs"):
        read(packed({**parts, "xl/worksheets/sheet1.xml": " " * (64 << 20)}), "a.xlsx")
    lies = bytearray(packed({**parts, "xl/worksheets/sheet1.xml": "x"}))
    at = lies.rindex(b"PK\x01\x02")
    lies[at + 24 : at + 28] = (0x7FFFFFFF).to_bytes(4, "little")
    with pytest.raises(BadInput, match="unpack to more"):
        read(bytes(lies), "a.xlsx")


def test_a_sheet_that_asks_for_more_memory_than_there_is_is_refused():
    data = xlsx(A=[HEAD, ["web-1", "nginx", "1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="C2"', b'r="XFD1048576"'))
    with pytest.raises(BadInput, match=r"memory|not a workbook"):
        read(out.getvalue(), "a.xlsx")
