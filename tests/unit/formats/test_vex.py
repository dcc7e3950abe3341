"""Statements of makers are read from all three formats, and what is written is read back."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.vex import Finding, Status, openvex_document, read_vex
from levee.kernel.errors import BadInput, LeveeError

OPENVEX = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://maker.example/vex/1",
    "author": "Maker",
    "timestamp": "2026-11-20T09:00:00Z",
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": "CVE-2099-1", "aliases": ["GHSA-1"]},
            "products": [
                {"@id": "pkg:generic/monitor@1", "subcomponents": [{"@id": "pkg:npm/MacAddress@0.2.8"}]},
                {"@id": "pkg:docker/nginx@1"},
            ],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "It is never called.",
        }
    ],
}
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "serialNumber": "urn:uuid:1",
    "components": [{"bom-ref": "m", "purl": "pkg:npm/macaddress@0.2.8", "name": "macaddress", "type": "library"}],
    "vulnerabilities": [
        {
            "id": "CVE-2099-1",
            "references": [{"id": "GHSA-1", "source": {"name": "GitHub"}}],
            "analysis": {
                "state": "not_affected",
                "justification": "code_not_reachable",
                "detail": "It is never called.",
            },
            "affects": [{"ref": "m"}],
        },
        {"id": "CVE-2099-2", "affects": [{"ref": "m"}]},
    ],
}
CSAF = {
    "document": {
        "csaf_version": "2.0",
        "category": "csaf_vex",
        "publisher": {"name": "Maker"},
        "tracking": {"id": "M-1"},
    },
    "product_tree": {
        "full_product_names": [
            {
                "name": "macaddress",
                "product_id": "P1",
                "product_identification_helper": {"purl": "pkg:npm/macaddress@0.2.8"},
            }
        ]
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2099-1",
            "ids": [{"system_name": "GHSA", "text": "GHSA-1"}],
            "product_status": {"known_not_affected": ["P1"]},
            "flags": [{"label": "vulnerable_code_not_in_execute_path", "product_ids": ["P1"]}],
            "threats": [{"category": "impact", "details": "It is never called.", "product_ids": ["P1"]}],
        }
    ],
}


@pytest.mark.parametrize("document", [OPENVEX, CYCLONEDX, CSAF], ids=["OpenVEX", "CycloneDX", "CSAF"])
def test_each_format_says_the_same(document):
    (statement,) = read_vex(json.dumps(document).encode()).statements
    assert statement.vulnerabilities == {"CVE-2099-1", "GHSA-1"}
    assert statement.package == ("npm", "macaddress")
    assert statement.excuses
    assert statement.detail == "It is never called."
    assert statement.justification


def test_a_product_that_names_no_package_is_told():
    (odd,) = read_vex(json.dumps(OPENVEX).encode()).not_understood
    assert odd == ("/statements/0/products/1", "'pkg:docker/nginx@1' names no package that advisories know")


@pytest.mark.parametrize(("word", "excuses"), [("affected", False), ("fixed", False), ("under_investigation", False)])
def test_nothing_but_not_affected_excuses(word, excuses):
    said = json.loads(json.dumps(OPENVEX))
    said["statements"][0]["status"] = word
    (statement,) = read_vex(json.dumps(said).encode()).statements
    assert statement.excuses is excuses


def test_a_bare_claim_without_a_reason_excuses_nothing():
    said = json.loads(json.dumps(OPENVEX))
    del said["statements"][0]["justification"], said["statements"][0]["impact_statement"]
    (statement,) = read_vex(json.dumps(said).encode()).statements
    assert not statement.excuses


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({}, "/"),
        ([], "/"),
        (
            {**OPENVEX, "statements": [{"vulnerability": "x", "products": ["pkg:npm/a"], "status": "maybe"}]},
            "/statements/0",
        ),
    ],
)
def test_what_is_no_statement_is_refused_with_its_place(document, place):
    with pytest.raises(BadInput) as refusal:
        read_vex(json.dumps(document).encode())
    assert refusal.value.place == place


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["vulnerability", "products", "@id", "status", "subcomponents", "name"]), x, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_document_makes_the_reader_fail_otherwise(part):
    with contextlib.suppress(LeveeError):
        read_vex(json.dumps({**OPENVEX, "statements": [part]}).encode())


def test_what_is_written_is_read_back():
    findings = [
        Finding(
            vulnerability="CVE-1", aliases=["X-1"], purl="pkg:npm/a@1", status=Status.AFFECTED, note="n", action="Go",
        ),
        Finding(
            vulnerability="CVE-2", aliases=[], purl="pkg:pypi/b@2", status=Status.NOT_AFFECTED, note="never called",
            justification="component_not_present",
        ),
        Finding(vulnerability="CVE-3", aliases=[], purl="pkg:gem/c@3", status=Status.UNDER_INVESTIGATION, note="open"),
    ]  # fmt: skip
    document = openvex_document(findings, identifier="urn:x:1", author="me", at="2026-11-20T09:00:00Z", tooling="t")
    said = read_vex(json.dumps(document).encode()).statements
    assert [(each.status, each.package[1], each.excuses) for each in said] == [
        (Status.AFFECTED, "a", False),
        (Status.NOT_AFFECTED, "b", True),
        (Status.UNDER_INVESTIGATION, "c", False),
    ]
    told = document["statements"]
    assert "action_statement" in told[0]
    assert {"justification", "impact_statement"} <= told[1].keys()
