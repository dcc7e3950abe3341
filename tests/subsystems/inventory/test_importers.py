"""What holds for every importer, those to come as well."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.inventory.importers import FORMATS, GENERIC, claims
from levee.inventory.importers.sample import Sample
from levee.inventory.reading import read
from levee.inventory.sheet import Sheet
from levee.inventory.types import Corrections, StatedComponent, StatedFinding
from levee.kernel.errors import BadInput, TooLarge
from support.inventory_files import FILES


def is_text(file):
    """Whether a file is text: a workbook is not."""
    try:
        file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def of(files):
    """A mark that asks a test about each of these files."""
    return pytest.mark.parametrize("file", files, ids=lambda file: f"{file.kind}-{file.filename}")


EVERY = of(FILES)
TEXTS = of([file for file in FILES if is_text(file)])
BILLION = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>"""


def test_every_kind_has_a_file_to_be_tested_with():
    kinds = [each.kind for each in (*FORMATS, *GENERIC)]
    assert len(set(kinds)) == len(kinds)
    assert {file.kind for file in FILES} == set(kinds)


@EVERY
def test_a_file_is_recognised_as_its_own_kind_and_as_no_other(file):
    assert read(file.data, file.filename).kind == file.kind
    assert [each.kind for each in claims(Sample(file.data, file.filename))] in ([file.kind], [])


@EVERY
def test_a_file_is_read_whole_and_every_row_is_accounted_for(file):
    reading = read(file.data, file.filename)
    assert {asset.name for asset in reading.assets} == set(file.assets)
    assert (len(reading.components), len(reading.findings)) == (file.components, file.findings)
    assert reading.accounted
    assert len(reading.not_understood) == file.rejected


@EVERY
@settings(max_examples=25)
@given(data=st.data())
def test_a_file_that_breaks_off_anywhere_is_refused_or_read_as_far_as_it_goes(file, data):
    held(file.data[: data.draw(st.integers(0, len(file.data)))], file.filename, file.kind)


@EVERY
@settings(max_examples=25)
@given(data=st.data())
def test_a_file_with_a_stray_byte_anywhere_is_refused_or_read(file, data):
    at = data.draw(st.integers(0, len(file.data) - 1))
    held(file.data[:at] + data.draw(st.binary(min_size=1, max_size=3)) + file.data[at + 1 :], file.filename, file.kind)


@pytest.mark.parametrize("kind", [each.kind for each in (*FORMATS, *GENERIC)])
@settings(max_examples=25)
@given(data=st.binary(max_size=300))
def test_no_importer_crashes_on_bytes_that_are_not_its_own(kind, data):
    held(data, "x", kind)


def test_an_entity_bomb_is_refused_before_anything_reads_it():
    for data in (BILLION, BILLION.decode().encode("utf-16")):
        with pytest.raises(BadInput) as refused:
            read(data, "bom.xml")
        assert refused.value.code == "xml.entities"


@pytest.mark.parametrize("data", [b"", b" \n\r\n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_file_is_refused_as_empty(data):
    with pytest.raises(BadInput, match="empty"):
        read(data, "x.csv")


@pytest.mark.parametrize(
    ("data", "is_a"),
    [
        (gzip.compress(FILES[0].data), "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"PK\x03\x04 broken off", "cut off"),
        ("name,version\nx,1\n".encode("utf-32"), "UTF-32"),
        (b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}', "SPDX 3"),
    ],
)
def test_what_was_handed_in_by_mistake_is_called_what_it_is(data, is_a):
    with pytest.raises(BadInput, match=is_a) as refused:
        read(data, "list")
    assert refused.value.advice()


@TEXTS
def test_a_file_that_powershell_saved_reads_the_same(file):
    """Its `>` writes UTF-16, whatever encoding the XML that it saves declares."""
    text, known = file.data.decode("utf-8-sig"), read(file.data, file.filename)
    for encoding in ("utf-16", "utf-16-le"):
        assert read(text.encode(encoding), file.filename) == known


def held(data, filename, kind):
    """Refused with an error of Levee's own that names the place and says what to do, or read in full."""
    for chosen in ("", kind):
        try:
            reading = read(data, filename, Corrections(kind=chosen))
        except (BadInput, TooLarge) as error:
            assert error.message
            assert error.place
            assert error.advice()
        else:
            assert reading.accounted


def test_a_finding_keeps_the_package_it_names_and_counts_it_once():
    sheet = Sheet(alone="web-1")
    finding = StatedFinding(
        place="line 1",
        asset="web-1",
        source="Trivy",
        vulnerabilities=("CVE-2024-1",),
        name="lodash",
        version="4.17.11",
    )
    sheet.finding(finding, ecosystem="npm")
    sheet.finding(finding, ecosystem="npm")
    reading = sheet.reading("x", "X")
    assert (reading.rows, reading.implied, reading.repeated) == (2, 1, 1)
    assert reading.accounted
    assert [each.purl for each in reading.components] == ["pkg:npm/lodash@4.17.11"]
    assert [(each.ecosystem, each.stated) for each in reading.findings] == [("npm", "lodash 4.17.11")]
    sheet.component(
        StatedComponent(place="line 3", asset="web-1", stated="lodash", name="lodash", version="4.17.11"),
        ecosystem="npm",
    )
    assert sheet.reading("x", "X").accounted
    assert sheet.reading("x", "X").implied == 0
