"""CSAF is read as what it says of versions: as far as that has an order, and as unknown beyond."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.csaf_read import read_csaf, versions_said
from levee.formats.osv import Answer, affected, osv_record
from levee.formats.purl import make_purl, parse_purl
from levee.kernel.errors import BadInput, LeveeError


def document(*leaves, status="known_affected", **more):
    """A document of one maker with one product; leaves are pairs of a category and its words."""
    products = [
        {"category": category, "name": words, "product": {"name": words, "product_id": f"P{at}", **extra}}
        for at, (category, words, extra) in enumerate(leaves)
    ]
    tree = {
        "branches": [
            {
                "category": "vendor",
                "name": "Siemens AG",
                "branches": [{"category": "product_name", "name": "SIMATIC S7-1200", "branches": products}],
            }
        ]
    }
    told = {"cve": "CVE-2099-1", "product_status": {status: [f"P{at}" for at in range(len(leaves))]}}
    tracking = {
        "id": "ICSA-1",
        "current_release_date": "2026-11-20T00:00:00Z",
        "initial_release_date": "2026-11-19T00:00:00Z",
    }
    head = {"csaf_version": "2.0", "title": "A flaw", "tracking": tracking}
    return json.dumps({"document": head, "product_tree": tree, "vulnerabilities": [told], **more}).encode()


def answer(words, version, category="product_version_range"):
    (record,) = map(osv_record, read_csaf(document((category, words, {}))))
    purl = make_purl(type="generic", namespace="siemens-ag", name="SIMATIC S7-1200", version=version)
    told = affected(record, purl)
    return told.answer if told else None


YES, OPEN, NO = Answer.AFFECTED, Answer.UNKNOWN, None


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("< V4.5", {"4.4.9": YES, "4.5": NO, "V4.4": YES, "4.4 beta": OPEN}),
        ("vers:all/<V4.5", {"4.4.9": YES, "4.5": NO}),
        ("vers:all/>=2.5|<2.6.1", {"2.4": NO, "2.5": YES, "2.6.1": NO}),
        ("<= 3.07", {"3.7": YES, "3.8": NO}),
        (">= 1.1 | <= 2.2", {"1.0": NO, "2.2": YES, "2.3": NO}),
        (">= V2.5 < V2.6.1", {"2.4": NO, "2.6": YES, "2.6.1": NO}),
        ("All versions", {"1": YES, "9.9": YES, "latest": YES}),
        ("vers:all/*", {"1": YES}),
        ("All versions < V4.33", {"4.32": YES, "4.33": NO}),
        ("All BIOS versions < V22.01", {"22.0": YES, "22.01": NO}),
        ("< V14 SP2", {"13.1": YES, "14": OPEN, "14.1": NO}),
        ("< V15.1 Update 5", {"15.0": YES, "15.1": OPEN, "15.2": NO}),
        ("<=the_first_5_digits_of_serial_number_24031", {"1": OPEN}),
        ("2014-2016", {"1": OPEN}),
    ],
)
def test_words_about_versions_are_taken_as_far_as_they_have_an_order(words, answers):
    assert {version: answer(words, version) for version in answers} == answers


def test_listed_versions_are_those_and_no_others():
    assert answer("1.3 | 1.4", "1.3", "product_version") is YES
    assert answer("1.3 | 1.4", "1.5", "product_version") is NO


def test_a_package_url_is_the_package_whatever_the_branches_call_it():
    helper = {"product_identification_helper": {"purl": "pkg:npm/%40siemens/lib"}}
    (record,) = map(osv_record, read_csaf(document(("product_version_range", "vers:npm/>=1.0.0|<1.2.0", helper))))
    assert affected(record, parse_purl("pkg:npm/%40siemens/lib@1.1.0")).answer is YES
    assert affected(record, parse_purl("pkg:npm/%40siemens/lib@1.2.0")) is None


def test_a_product_that_is_not_affected_is_in_no_record():
    (record,) = read_csaf(document(("product_version", "1", {}), status="known_not_affected"))
    assert record["affected"] == []  # so that a revision takes back what an earlier one raised


def test_what_is_installed_on_something_is_what_counts():
    relation = {
        "category": "installed_on",
        "product_reference": "P0",
        "relates_to_product_reference": "P9",
        "full_product_name": {"name": "both", "product_id": "R1"},
    }
    told = json.loads(document(("product_version_range", "< V2", {})))
    told["product_tree"]["relationships"] = [relation]
    told["vulnerabilities"][0]["product_status"] = {"known_affected": ["R1"]}
    (record,) = read_csaf(json.dumps(told).encode())
    assert record["affected"][0]["package"]["name"] == "Siemens AG/SIMATIC S7-1200"


def test_each_vulnerability_is_a_record_of_its_own():
    told = json.loads(document(("product_version_range", "< V2", {})))
    told["vulnerabilities"].append({**told["vulnerabilities"][0], "cve": "CVE-2099-2"})
    records = read_csaf(json.dumps(told).encode())
    assert [(each["id"], each["aliases"]) for each in records] == [
        ("ICSA-1:CVE-2099-1", ["CVE-2099-1"]),
        ("ICSA-1:CVE-2099-2", ["CVE-2099-2"]),
    ]


def test_what_is_no_csaf_is_refused():
    with pytest.raises(BadInput, match="no CSAF"):
        read_csaf(b"{}")


@given(st.text(max_size=30) | st.text("<>=|vV0123456789. allversions*SPUpdate", max_size=30), st.booleans())
def test_no_words_make_the_reader_fail(words, listed):
    events, versions, open_at = versions_said(words, listed=listed)
    assert not (events and versions) or listed or open_at == ""
    try:
        for record in read_csaf(document(("product_version_range", words, {}))):
            osv_record(record)
    except LeveeError:
        pytest.fail(f"{words!r} made a record that cannot be read")


CPE = "cpe:2.3:h:siemens:s7-1200:{}:*:*:*:*:*:*:*"


def by_cpe(words, version="*", category="product_version_range", **helper):
    helper = {"product_identification_helper": {"cpe": CPE.format(version), **helper}}
    (record,) = read_csaf(document((category, words, helper)))
    return [block for block in record["affected"] if block["package"]["ecosystem"] == "CPE"]


def test_a_product_with_a_cpe_is_known_by_vendor_and_product_with_the_same_versions():
    (block,) = by_cpe("< V4.5")
    assert block["package"] == {"ecosystem": "CPE", "name": "siemens:s7-1200"}
    assert block["ranges"] == [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "4.5"}]}]
    (pinned,) = by_cpe("the one of May", version="4.2")
    assert (pinned["ranges"], pinned["versions"]) == ([], ["4.2"])


def test_a_product_is_never_known_by_its_cpe_without_a_version_or_beside_a_package():
    assert by_cpe("the one of May") == []
    assert by_cpe("< 4.5", purl="pkg:npm/s7@4.4") == []
    assert by_cpe("< 4.5", purl="pkg:rpm/redhat/s7@4.4") == []


@pytest.mark.parametrize("purl", ["", "pkg:generic/s7-1200", "pkg:npm/s7-1200"])
def test_a_product_without_a_package_of_its_own_is_known_by_its_bare_name_with_and_without_its_maker(purl):
    helper = {"product_identification_helper": {"purl": purl}} if purl else {}

    def named(words):
        (record,) = read_csaf(document(("product_version_range", words, helper)))
        return [block["package"]["name"] for block in record["affected"] if block["package"]["ecosystem"] == "NAME"]

    known = [] if "npm" in purl else ["siemens/simatic-s7-1200", "simatic-s7-1200"]
    assert named("< V4.5") == known
    assert named("the one of May") == []
