"""A case as a CSAF 2.1 vulnerability report: valid by the standard's own tests, and read back as it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.formats.advisory import Publisher, Revision
from levee.formats.case_report import (
    CaseReport,
    Deed,
    DeedKind,
    Discovery,
    EmbargoTerm,
    HandlingId,
    Party,
    PartyKind,
    ProductStatus,
    ReportedProduct,
    Tlp,
)
from levee.formats.csaf_report import check_report, report_bytes, report_document
from levee.formats.csaf_report_read import read_report
from levee.kernel.errors import BadInput, TooLarge

DAY = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
REPORT = CaseReport(
    id="CAS-7G2K9QX1",
    title="Prototype pollution in minimist",
    summary="A name of three parts reaches the prototype.",
    details=("It was seen in release 0.0.8.",),
    publisher=Publisher(name="Example Clearinghouse", namespace="https://levee.example"),
    tlp=Tlp.AMBER,
    ids=(HandlingId("https://levee.example", "CAS-7G2K9QX1"), HandlingId("https://cert.example", "VU#12")),
    revisions=(Revision(number=1, date=DAY, summary="opened"),),
    parties=(
        Party(name="Example Clearinghouse", kind=PartyKind.COORDINATOR),
        Party(name="Minimist", kind=PartyKind.VENDOR),
    ),
    embargo=(
        EmbargoTerm(by=0, end=DAY + timedelta(days=30), agreed=True),
        EmbargoTerm(by=1, end=DAY + timedelta(days=40), agreed=False),
    ),
    deeds=(Deed(kind=DeedKind.NOTIFICATION, by=0, to=1, at=DAY), Deed(kind=DeedKind.FIX_RELEASE, by=1, at=DAY)),
    products=(
        ReportedProduct(name="minimist 0.0.8", purl="pkg:npm/minimist@0.0.8", status=ProductStatus.AFFECTED),
        ReportedProduct(
            name="Minimist: Widget 2.x", status=ProductStatus.NOT_AFFECTED, justification="component_not_present"
        ),
    ),
    found_with=(Discovery(tool="Harrow", tool_version="1.2", model="m", model_version="3"),),
    credits=("Harrow",),
    cwes=("CWE-1321",),
    threats=("Attacks were seen.",),
)

words = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=("C", "Z")), min_size=1)
instants = st.datetimes(datetime(2026, 11, 24), datetime(2027, 2, 1)).flatmap(  # noqa: DTZ001 - the zone follows
    lambda at: st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    )
)
reports = st.builds(
    replace,
    st.just(REPORT),
    id=words,
    title=words,
    summary=words,
    details=st.lists(words, max_size=3).map(tuple),
    tlp=st.sampled_from(Tlp),
    ids=st.lists(st.builds(HandlingId, words, words), min_size=1, max_size=4, unique=True).map(tuple),
    embargo=st.lists(st.builds(EmbargoTerm, by=st.integers(0, 1), end=instants, agreed=st.booleans()), max_size=4).map(
        tuple
    ),
    found_with=st.lists(
        st.builds(Discovery, tool=words, tool_version=words, model=words, model_version=words), max_size=1
    ).map(tuple),
    cwes=st.sampled_from([(), ("CWE-79",), ("CWE-1321",)]),
)


def written(report=REPORT):
    return report_document(report, engine_version="1")


def refused(document, code=""):
    with pytest.raises(BadInput) as error:
        read_report(json.dumps(document).encode())
    assert error.value.place.startswith("/")
    assert error.value.advice()
    if code:
        assert error.value.code == code
    return error.value


def test_a_report_holds_against_every_mandatory_test_of_the_standard():
    assert check_report(written()) == ()


@settings(max_examples=60, deadline=None)
@given(reports)
def test_what_is_handed_over_comes_in_unchanged(report):
    document = written(report)
    came = read_report(report_bytes(document))
    assert (came.title, came.id, came.tlp, came.publisher) == (report.title, report.id, report.tlp, report.publisher)
    assert came.ids[1:] == tuple(each for each in report.ids if each != came.ids[0])
    assert came.ids[0] == HandlingId(report.publisher.namespace, report.id)
    assert came.description == "\n\n".join((report.summary, *report.details))
    assert came.found_with == next(iter(report.found_with), None)
    assert came.cwe == next(iter(report.cwes), "")
    assert came.purl == "pkg:npm/minimist@0.0.8"
    shortest = min((each.end for each in report.embargo), default=None)
    assert came.embargo_end == shortest, "the exact instant, and of several the shortest"
    assert came.embargo_end is None or came.embargo_end.tzinfo is not None


def test_the_same_case_is_the_same_bytes():
    assert report_bytes(written()) == report_bytes(written())


def test_an_embargo_that_is_over_is_no_proposal():
    over = EmbargoTerm(by=0, end=DAY, agreed=True, over=True)
    assert read_report(report_bytes(written(replace(REPORT, embargo=(over,))))).embargo_end is None


def test_an_end_is_read_in_its_own_zone_and_kept_as_it_was_written():
    document = written(replace(REPORT, embargo=()))
    document["vulnerabilities"][0]["disclosure_date"] = "2026-12-24T18:00:00+01:00"
    came = read_report(json.dumps(document).encode())
    assert came.embargo_end == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert came.embargo_said == "2026-12-24T18:00:00+01:00"


@pytest.mark.parametrize("field", ["title", "parties", "revisions", "ids", "products"])
def test_a_report_without_what_the_profile_needs_is_not_written(field):
    with pytest.raises(BadInput) as error:
        written(replace(REPORT, **{field: type(getattr(REPORT, field))()}))
    assert error.value.place == field


def test_documents_of_another_kind_are_refused_with_the_place():
    document = written()
    document["document"]["category"] = "csaf_security_advisory"
    assert refused(document, "csaf.no_report").place == "/document/category"
    document = written()
    document["document"]["csaf_version"] = "2.0"
    assert refused(document, "csaf.no_report").place == "/document/csaf_version"
    assert refused({}, "csaf.no_report").place == "/document/csaf_version"


def test_a_document_about_several_flaws_is_refused_whole():
    document = written()
    second = {**document["vulnerabilities"][0], "title": "another"}
    document["vulnerabilities"].append(second)
    assert refused(document, "csaf.several").place == "/vulnerabilities"


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (lambda told: told["document"].pop("tracking"), "/document"),
        (lambda told: told["vulnerabilities"][0].pop("notes"), "/vulnerabilities/0"),
        (
            lambda told: told["vulnerabilities"][0].update(disclosure_date="tomorrow"),
            "/vulnerabilities/0/disclosure_date",
        ),
        (lambda told: told["document"]["distribution"]["tlp"].update(label="BLUE"), "/document/distribution/tlp/label"),
        (
            lambda told: told["vulnerabilities"][0]["product_status"].update(fixed=["CSAFPID-none"]),
            "/vulnerabilities/0/product_status/fixed",
        ),
    ],
)
def test_a_document_that_breaks_the_standard_is_refused_with_the_place(break_it, place):
    document = written()
    break_it(document)
    assert refused(document, "csaf.not_valid").place.startswith(place)


def test_what_is_no_json_or_too_large_is_refused():
    with pytest.raises(BadInput):
        read_report(b"{")
    with pytest.raises(TooLarge):
        read_report(b" " * (17 << 20))
