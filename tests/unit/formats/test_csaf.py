"""What is written for publication holds against the standards' own rules, and says what the source said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.formats.advisory import (
    AdvisoryContent,
    AffectedPackage,
    Credit,
    Publisher,
    Reference,
    ReferenceKind,
    Remediation,
    RemedyKind,
    Revision,
    VersionRange,
    Weakness,
)
from levee.formats.csaf import check, csaf_bytes, csaf_document, file_name
from levee.formats.osv import Answer, affected, check_osv, osv_bytes, osv_document, read_osv
from levee.formats.purl import parse_purl
from levee.kernel.errors import BadInput

DAY = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
ADVISORY = AdvisoryContent(
    id="ADV-7G2K9QX1",
    title="Prototype pollution in merge-deep",
    summary="A crafted object reaches the prototype.",
    details="Merging untrusted JSON sets keys of the intrinsic object.",
    publisher=Publisher(name="Example Clearinghouse", namespace="https://levee.example"),
    published=DAY,
    modified=DAY + timedelta(days=1),
    revisions=(
        Revision(number=1, date=DAY, summary="First publication"),
        Revision(number=2, date=DAY + timedelta(days=1), summary="Fixed version added"),
    ),
    aliases=("CVE-2026-12345", "GHSA-xxxx-yyyy-zzzz"),
    weaknesses=(Weakness(id="CWE-20", name="Improper Input Validation"),),
    affected=(
        AffectedPackage(
            ecosystem="npm",
            name="@acme/merge-deep",
            ranges=(VersionRange(fixed="3.0.3"), VersionRange(introduced="4.0.0", last_affected="4.1.0")),
        ),
        AffectedPackage(
            ecosystem="Debian:12", name="node-merge-deep", vendor="Debian", versions=("3.0.2-1", "3.0.2-1+b1")
        ),
    ),
    credits=(Credit(name="A. Finder", organization="Example Lab", contacts=("https://lab.example/a",)),),
    references=(Reference(kind=ReferenceKind.FIX, url="https://code.example/acme/merge-deep/commit/0f3a"),),
    severity=("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N",),
)  # fmt: skip


def document(content=ADVISORY):
    return csaf_document(content, engine_version="0.1.0")


def test_a_full_advisory_passes_the_schema_and_every_mandatory_test():
    assert check(document()) == ()
    assert check_osv(osv_document(ADVISORY)) == ()


def test_a_bare_advisory_passes_too():
    bare = replace(
        ADVISORY, aliases=(), weaknesses=(), credits=(), references=(), severity=(), details="",
        affected=(AffectedPackage(ecosystem="PyPI", name="Acme", ranges=(VersionRange(),)),),
        revisions=ADVISORY.revisions[:1], modified=DAY,
    )  # fmt: skip
    assert check(document(bare)) == ()
    assert check_osv(osv_document(bare)) == ()
    remedy = document(bare)["vulnerabilities"][0]["remediations"][0]
    assert remedy["category"] == "none_available"


def test_the_same_source_gives_the_same_bytes():
    assert csaf_bytes(document()) == csaf_bytes(document())
    assert osv_bytes(ADVISORY) == osv_bytes(ADVISORY)
    assert json.loads(csaf_bytes(document())) == document()


def test_affected_and_fixed_products_are_named_by_package_url():
    tree, (vulnerability,) = document()["product_tree"], document()["vulnerabilities"]
    leaves = {
        leaf["product"]["product_id"]: leaf
        for vendor in tree["branches"]
        for product in vendor["branches"]
        for leaf in product["branches"]
    }
    hit = [leaves[product] for product in vulnerability["product_status"]["known_affected"]]
    assert [leaf["name"] for leaf in hit] == ["vers:npm/<3.0.3", "vers:npm/>=4.0.0|<=4.1.0", "3.0.2-1", "3.0.2-1+b1"]
    (mended,) = (leaves[product]["product"] for product in vulnerability["product_status"]["fixed"])
    assert mended["product_identification_helper"] == {"purl": "pkg:npm/%40acme/merge-deep@3.0.3"}
    assert vulnerability["remediations"][0]["details"] == "Update to @acme/merge-deep 3.0.3 or later."


def test_a_given_remediation_is_passed_on():
    given_ = replace(ADVISORY, remediations=(Remediation(kind=RemedyKind.WORKAROUND, details="Freeze the prototype."),))
    assert check(document(given_)) == ()
    assert document(given_)["vulnerabilities"][0]["remediations"][0]["category"] == "workaround"


def test_the_check_finds_a_document_that_was_spoiled():
    spoiled = document()
    spoiled["vulnerabilities"][0]["product_status"]["fixed"] = ["CSAFPID-nobody"]
    problems = check(spoiled)
    assert any(problem.rule == "6.1.1" and "CSAFPID-nobody" in problem.message for problem in problems)
    assert all(problem.place for problem in problems)
    del spoiled["document"]["title"]
    assert any(problem.rule == "schema" for problem in check(spoiled))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"affected": ()}, "affected"),
        ({"affected": (AffectedPackage(ecosystem="npm", name="x"),)}, "affected[0]"),
        ({"title": " "}, "title"),
        ({"revisions": ()}, "revisions"),
        ({"revisions": ADVISORY.revisions[1:]}, "revisions"),
        ({"publisher": Publisher(name="X", namespace="")}, "publisher.namespace"),
    ],
)
def test_what_an_advisory_needs_is_asked_for_by_name(change, place):
    with pytest.raises(BadInput) as refusal:
        document(replace(ADVISORY, **change))
    assert refusal.value.place == place


def test_the_file_is_named_by_the_standard_s_rule():
    assert file_name("ADV-7G2K9QX1") == "adv-7g2k9qx1.json"
    assert file_name("Red Hat: RHSA-2026:0001/x") == "red_hat_rhsa-2026_0001_x.json"


def test_a_withdrawn_advisory_says_so_in_both_formats():
    gone = replace(ADVISORY, withdrawn=DAY + timedelta(days=2), modified=DAY + timedelta(days=2))
    assert check(document(gone)) == ()
    assert any("withdrawn" in note["text"] for note in document(gone)["document"]["notes"])
    assert affected(read_osv(osv_bytes(gone)), parse_purl("pkg:npm/%40acme/merge-deep@3.0.0")) is None


@pytest.mark.parametrize(
    ("version", "hit"), [("3.0.2", True), ("3.0.3", False), ("4.0.0", True), ("4.1.0", True), ("4.1.1", False)]
)
def test_the_written_osv_record_means_what_the_source_said(version, hit):
    found = affected(read_osv(osv_bytes(ADVISORY)), parse_purl(f"pkg:npm/%40acme/merge-deep@{version}"))
    assert (found is not None and found.answer is Answer.AFFECTED) == hit


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20).filter(str.strip)
VERSIONS = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-[a-z]{1,5})?", fullmatch=True)
RANGES = st.builds(VersionRange, introduced=st.just("0") | VERSIONS, fixed=st.just("") | VERSIONS)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["npm", "PyPI", "Go", "Maven"]), st.lists(RANGES, min_size=1, max_size=3)),
        min_size=1,
        max_size=3,
    ),
    WORDS,
    WORDS,
)
def test_whatever_is_affected_the_document_conforms(packages, title, text):
    named = {"Maven": "org.acme:core", "Go": "code.example/acme"}
    content = replace(
        ADVISORY,
        title=title,
        summary=text,
        affected=tuple(
            AffectedPackage(ecosystem=kind, name=named.get(kind, "acme"), ranges=tuple(ranges))
            for kind, ranges in packages
        ),
    )
    written = document(content)
    assert check(written) == ()
    assert check_osv(osv_document(content)) == ()
