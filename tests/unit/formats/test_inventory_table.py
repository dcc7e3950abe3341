"""Any spreadsheet of assets and software is read row by row, and what is not understood is handed back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.inventory_table import understand_table
from levee.formats.tables import as_text_cell, text_records
from levee.kernel.errors import BadInput, LeveeError

SHEET = """\
Hostname,Software Name,Version,PURL,Internet Facing,Shoe size
web-1,nginx,1.18.0,,yes,43
web-1,,,pkg:pypi/Django@4.2.1,unknown,
ct-scanner,,,,no,
"""


def read(data, **corrected):
    table = understand_table(text_records(data), corrected=corrected)
    return table, list(table.rows)


def test_columns_are_guessed_and_each_row_is_kept_with_its_place():
    table, rows = read(SHEET.encode())
    assert [row.place for row in rows] == ["line 2", "line 3", "line 4"]
    assert dict(rows[0].fields) == {"asset": "web-1", "name": "nginx", "version": "1.18.0", "exposed": "yes"}
    assert dict(rows[1].fields) == {"asset": "web-1", "purl": "pkg:pypi/Django@4.2.1", "exposed": "unknown"}
    assert dict(rows[2].fields) == {"asset": "ct-scanner", "exposed": "no"}
    assert not any(row.fault for row in rows)
    assert table.columns["exposed"] == "Internet Facing"
    assert table.ignored == ("Shoe size",)


def test_a_person_says_which_column_is_which():
    data = b"box,thing,rev,colour\nweb-1,zlib,1.2,red\n"
    table, (row,) = read(data, asset="Box", name="thing", version="rev")
    assert dict(row.fields) == {"asset": "web-1", "name": "zlib", "version": "1.2"}
    assert table.ignored == ("colour",)
    table, (row,) = read(b"host,name\nweb-1,front\n", name="")
    assert dict(row.fields) == {"asset": "web-1"}


def test_a_title_above_the_headings_is_no_row():
    table, rows = read(b"Inventory of the head office,,\nmade on,2026-11-01,\n\nHost,Software,Version\nweb-1,zlib,1\n")
    assert table.place == "line 4"
    assert [record.place for record in table.above] == ["line 1", "line 2"]
    assert [row.place for row in rows] == ["line 5"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_office_programs_spellings_of_a_table_are_one(delimiter, encoding):
    text = SHEET.replace(",", delimiter).replace("ct-scanner", "r\u00f6ntgen").replace("\n", "\r\n")
    _, rows = read(text.encode(encoding))
    assert [row.of("asset") for row in rows] == ["web-1", "web-1", "r\u00f6ntgen"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,,yes,", "neither an asset nor software"),
        ("a,b,1,,no,,7", "7 fields under 6"),
        ('a,"b,1,,no,', "never closed"),
        ("a,b\x00,1,,no,", "NUL"),
    ],
)
def test_a_row_that_is_not_understood_comes_back_with_place_and_reason_and_costs_no_other(row, reason):
    _, rows = read((SHEET + row + "\nlast,zlib,1.2,,no,\n").encode())
    (bad,) = [each for each in rows if each.fault]
    assert (bad.place, reason in bad.fault) == ("line 5", True)
    assert bad.stated == row
    assert rows[-1].of("asset") == "last"


def test_a_field_may_hold_line_breaks_and_quotes():
    _, rows = read(b'host,software,team\nweb,"the ""big""\none",ops\nnext,x,\n')
    assert [(row.place, row.of("name")) for row in rows] == [("line 2", 'the "big"\none'), ("line 4", "x")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"colour,shape\nred,round\n", b'"host\n'])
def test_a_file_without_known_headings_is_refused_at_its_first_line(data):
    with pytest.raises(BadInput) as refusal:
        read(data)
    assert refusal.value.place == "line 1"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8) | st.sampled_from(
    ["a\nb", 'q"', "x,y"]
)


def as_read(cell):
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    bare = cell.strip()
    return bare[1:] if bare == as_text_cell(bare[1:]) else bare


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_every_row_is_handed_out_kept_or_with_its_reason(rows):
    sheet = io.StringIO()
    csv.writer(sheet).writerows([("asset", "name", "version"), *rows])
    _, found = read(sheet.getvalue().encode())
    assert len(found) == len([row for row in rows if any(cell.strip() for cell in row)])
    kept = [tuple(map(as_read, row)) for row in rows if as_read(row[0]) or as_read(row[1])]
    assert [(row.of("asset"), row.of("name"), row.of("version")) for row in found if not row.fault] == kept


@given(st.binary() | st.text().map(lambda t: ("host,purl\n" + t).encode("utf-8", "replace")))
def test_nothing_makes_the_reader_fail_otherwise(data):
    try:
        read(data)
    except LeveeError:
        return


def test_a_formula_is_text_when_read_and_when_written():
    formula = "=cmd|'/c calc'!A0"
    _, (row,) = read(f"host,software\nweb,{formula}\n".encode())
    assert row.of("name") == formula
    assert as_text_cell(formula) == f"'{formula}"
    assert as_text_cell("plain") == "plain"


@pytest.mark.parametrize("name", ["=1+1", "@babel/core", "-x", "+1", "plain", "'quoted'", "O'Neil"])
def test_a_name_that_is_written_as_text_is_read_as_it_was(name):
    _, (row,) = read(f"host,software\nweb,{as_text_cell(name)}\n".encode())
    assert row.of("name") == name
