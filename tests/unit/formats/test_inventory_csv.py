"""Any spreadsheet of assets and software is read row by row, and what is not understood is handed back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.inventory_csv import read_inventory_csv
from levee.kernel.errors import BadInput, LeveeError

SHEET = """\
Hostname,Software Name,Version,PURL,Internet Facing,Shoe size
web-1,nginx,1.18.0,,yes,43
web-1,,,pkg:pypi/Django@4.2.1,unknown,
ct-scanner,,,,no,
"""


def test_columns_are_guessed_and_each_row_is_kept_with_its_line():
    read = read_inventory_csv(SHEET.encode())
    first, second, third = read.rows
    assert (first.line, first.asset, first.name, first.version, first.exposed) == (2, "web-1", "nginx", "1.18.0", True)
    assert (second.purl, second.name, second.version, second.exposed) == (
        "pkg:pypi/django@4.2.1",
        "django",
        "4.2.1",
        None,
    )
    assert (third.asset, third.is_asset_alone, third.exposed) == ("ct-scanner", True, False)
    assert read.not_understood == ()
    assert dict(read.columns)["exposed"] == "Internet Facing"
    assert read.ignored == ("Shoe size",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_office_programs_spellings_of_a_table_are_one(delimiter, encoding):
    text = SHEET.replace(",", delimiter).replace("ct-scanner", "r\u00f6ntgen").replace("\n", "\r\n")
    read = read_inventory_csv(text.encode(encoding))
    assert [row.asset for row in read.rows] == ["web-1", "web-1", "r\u00f6ntgen"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,,yes,", "neither an asset nor software"),
        ("a,b,1,,perhaps,", "neither yes nor no"),
        ("a,b,1,npm:left-pad,no,", "not a package URL"),
        ("a,b,1,,no,,7", "7 fields under 6"),
        ('a,"b,1,,no,', "not a row"),
        ("a,b\x00,1,,no,", "NUL"),
    ],
)
def test_a_row_that_is_not_understood_comes_back_with_line_and_reason_and_costs_no_other(row, reason):
    read = read_inventory_csv((SHEET + row + "\nlast,zlib,1.2,,no,\n").encode())
    (bad,) = read.not_understood
    assert (bad.line, reason in bad.reason) == (5, True)
    assert bad.stated == row
    assert read.rows[-1].asset == "last"


def test_a_field_may_hold_line_breaks_and_quotes():
    read = read_inventory_csv(b'host,software,team\nweb,"the ""big""\none",ops\nnext,x,\n')
    assert [(row.line, row.name) for row in read.rows] == [(2, 'the "big"\none'), (4, "x")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"colour,shape\nred,round\n", b'"host\n'])
def test_a_file_without_known_headings_is_refused_at_its_first_line(data):
    with pytest.raises(BadInput) as refusal:
        read_inventory_csv(data)
    assert refusal.value.place == "line 1"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8) | st.sampled_from(
    ["a\nb", 'q"', "x,y"]
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_row_is_in_one_of_the_two_lists(rows):
    sheet = io.StringIO()
    csv.writer(sheet).writerows([("asset", "name", "version"), *rows])
    read = read_inventory_csv(sheet.getvalue().encode())
    said = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(read.rows) + len(read.not_understood) == len(said)
    kept = [row for row in said if row[0].strip() or row[1].strip()]
    assert [(row.asset, row.name, row.version) for row in read.rows] == [tuple(c.strip() for c in row) for row in kept]


@given(st.binary() | st.text().map(lambda t: ("host,purl\n" + t).encode("utf-8", "replace")))
def test_nothing_makes_the_reader_fail_otherwise(data):
    try:
        read_inventory_csv(data)
    except LeveeError:
        return
