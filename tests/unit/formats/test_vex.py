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
    "metadata": {"timestamp": "2026-11-20T09:00:00Z", "supplier": {"name": "Maker"}},
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
        "tracking": {"id": "M-1", "current_release_date": "2026-11-20T09:00:00Z"},
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
    assert statement.vulnerabilities == ("CVE-2099-1", "GHSA-1")
    assert (statement.author, f"{statement.at:%Y-%m-%d}") == ("Maker", "2026-11-20")
    assert (statement.product.ecosystem, statement.product.name) == ("npm", "macaddress")
    assert statement.product.versions == ("0.2.8",)
    assert statement.excuses
    assert statement.detail == "It is never called."
    assert statement.justification


def test_a_product_that_names_no_package_is_told():
    (odd,) = read_vex(json.dumps(OPENVEX).encode()).not_understood
    assert odd == ("/statements/0/products/1", "'pkg:docker/nginx@1' names no package that advisories know")


def said_by(document):
    return read_vex(json.dumps(document).encode())


def openvex(**changes):
    statement = {**OPENVEX["statements"][0], "products": [{"@id": "pkg:npm/macaddress@0.2.8"}], **changes}
    return {**OPENVEX, "statements": [statement]}


@pytest.mark.parametrize(
    ("word", "excuses"), [("not_affected", True), ("fixed", True), ("affected", False), ("under_investigation", False)]
)
def test_what_is_not_affected_or_fixed_is_excused(word, excuses):
    (statement,) = said_by(openvex(status=word)).statements
    assert statement.excuses is excuses


def test_a_bare_claim_without_a_reason_excuses_nothing_and_is_told():
    said = said_by(openvex(justification=None, impact_statement=None))
    assert said.statements == ()
    assert said.not_understood == (
        (
            "/statements/0/products/0",
            "it gives no reason why pkg:npm/macaddress@0.2.8 is not affected, so that it excuses nothing",
        ),
    )


def test_fixed_without_a_version_excuses_nothing_and_is_told():
    said = said_by(openvex(status="fixed", products=[{"@id": "pkg:npm/macaddress"}]))
    assert said.statements == ()
    assert "which version" in said.not_understood[0][1]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({**OPENVEX, "author": " "}, "/author"),
        ({**CYCLONEDX, "metadata": {"timestamp": "2026-11-20T09:00:00Z"}}, "/metadata/authors"),
        ({**CSAF, "document": {**CSAF["document"], "publisher": {}}}, "/document/publisher/name"),
        ({**OPENVEX, "timestamp": "yesterday"}, "/timestamp"),
        ({**CYCLONEDX, "metadata": {"supplier": {"name": "Maker"}}}, "/metadata/timestamp"),
    ],
)
def test_what_nobody_says_or_nobody_dates_is_refused_with_place_and_advice(document, place):
    with pytest.raises(BadInput) as refusal:
        said_by(document)
    assert refusal.value.place == place
    assert refusal.value.advice()


def test_a_part_is_excused_within_the_product_that_it_is_named_in():
    (statement,) = said_by(OPENVEX).statements
    assert (statement.product.name, str(statement.within)) == ("macaddress", "pkg:generic/monitor@1")
    image = openvex(products=[{"@id": "pkg:oci/monitor", "subcomponents": [{"@id": "pkg:npm/macaddress"}]}])
    (statement,) = said_by(image).statements
    assert statement.apart


def test_a_component_of_a_bill_is_excused_within_what_the_bill_describes():
    root = {"bom-ref": "app", "name": "app", "purl": "pkg:npm/app@1"}
    (statement,) = said_by({**CYCLONEDX, "metadata": {**CYCLONEDX["metadata"], "component": root}}).statements
    assert str(statement.within) == "pkg:npm/app@1"
    (statement,) = said_by(
        {**CYCLONEDX, "metadata": {**CYCLONEDX["metadata"], "component": {"bom-ref": "app", "name": "app"}}}
    ).statements
    assert statement.apart
    of_itself = json.loads(json.dumps({**CYCLONEDX, "metadata": {**CYCLONEDX["metadata"], "component": root}}))
    of_itself["vulnerabilities"][0]["affects"] = [{"ref": "app"}]
    (statement,) = said_by(of_itself).statements
    assert (statement.product.name, statement.within, statement.apart) == ("app", None, False)


def test_versions_beside_a_component_narrow_the_statement():
    narrowed = json.loads(json.dumps(CYCLONEDX))
    narrowed["vulnerabilities"][0]["affects"][0]["versions"] = [
        {"range": "vers:npm/>=0.2|<0.3", "status": "unaffected"},
        {"version": "0.4.1", "status": "unaffected"},
        {"version": "0.1.0", "status": "affected"},
    ]
    said = said_by(narrowed)
    assert [(each.product.events, each.product.versions) for each in said.statements] == [
        ((("introduced", "0.2"), ("fixed", "0.3")), ()),
        ((), ("0.4.1",)),
    ]
    assert said.not_understood[0][1].startswith("0.1.0: the versions say affected")


def test_a_part_by_relationship_is_excused_on_its_platform_alone():
    related = json.loads(json.dumps(CSAF))
    related["product_tree"]["full_product_names"].append({"name": "Platform 9", "product_id": "P9"})
    related["product_tree"]["relationships"] = [
        {
            "category": "default_component_of",
            "full_product_name": {"name": "macaddress on Platform 9", "product_id": "P9:P1"},
            "product_reference": "P1",
            "relates_to_product_reference": "P9",
        }
    ]
    told = related["vulnerabilities"][0]
    told["product_status"] = {"known_not_affected": ["P9:P1", "P7"]}
    told["flags"][0]["product_ids"] = ["P9:P1"]
    said = said_by(related)
    (statement,) = said.statements
    assert (statement.product.name, statement.within.name) == ("macaddress", "platform-9")
    assert said.not_understood == (
        ("/vulnerabilities/0/product_status/known_not_affected/1", "the product tree holds no 'P7'"),
    )


NAMED = "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12"


@pytest.mark.parametrize(
    ("named", "component", "meant"),
    [
        ("pkg:npm/a", "pkg:npm/a@1.2.3", True),
        ("pkg:npm/a@1.2.3", "pkg:npm/a@1.2.3", True),
        ("pkg:npm/a@1.2.3", "pkg:npm/a@v1.2.3", True),
        ("pkg:npm/a@1.2.3", "pkg:npm/a@1.2.4", False),
        ("pkg:npm/a@1.2.3", "pkg:npm/a", False),
        ("pkg:npm/a", "pkg:npm/%40scope/a@1", False),
        ("pkg:npm/a", "pkg:pypi/a@1", False),
        ("pkg:npm/a", "", False),
        ("pkg:PyPI/A_b", "pkg:pypi/a-b@1", True),
        ("pkg:maven/g/a?type=jar", "pkg:maven/g/a@1?type=jar", True),
        ("pkg:maven/g/a?type=jar", "pkg:maven/g/a@1?type=war", False),
        ("pkg:maven/g/a?type=jar", "pkg:maven/g/a@1", False),
        ("pkg:golang/g/a#sub", "pkg:golang/g/a@v1", False),
        (NAMED, "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=bookworm&upstream=openssl", True),
        (NAMED, "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=bookworm", False),
        (NAMED, "pkg:deb/debian/libssl3@3.0.11-1?arch=arm64&distro=bookworm&upstream=openssl", False),
        (NAMED, "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=trixie&upstream=openssl", False),
        (NAMED, "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64", False),
        ("pkg:deb/debian/openssl?arch=source", "pkg:deb/debian/libssl3@3?distro=debian-12&upstream=openssl", True),
        ("pkg:deb/debian/openssl", "pkg:deb/debian/libssl3@3?distro=debian-12&upstream=openssl", False),
    ],
)
def test_a_statement_counts_for_what_it_names_and_no_more(named, component, meant):
    (statement,) = said_by(openvex(products=[{"@id": named}])).statements
    version = component.partition("@")[2].partition("?")[0] if "npm/%40" not in component else "1"
    assert statement.product.names(component, "npm", "a", version) is meant


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
    assert [(each.status, each.product.name, each.excuses) for each in said] == [
        (Status.AFFECTED, "a", False),
        (Status.NOT_AFFECTED, "b", True),
        (Status.UNDER_INVESTIGATION, "c", False),
    ]
    told = document["statements"]
    assert "action_statement" in told[0]
    assert {"justification", "impact_statement"} <= told[1].keys()


CYCLONEDX_XML = """<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1">
  <metadata><timestamp>2026-11-20T09:00:00Z</timestamp><supplier><name>Maker</name></supplier></metadata>
  <components>
    <component type="library" bom-ref="m"><name>macaddress</name><purl>pkg:npm/macaddress@0.2.8</purl></component>
  </components>
  <vulnerabilities>
    <vulnerability>
      <id>CVE-2099-1</id>
      <references><reference><id>GHSA-1</id><source><name>GitHub</name></source></reference></references>
      <analysis>
        <state>not_affected</state><justification>code_not_reachable</justification><detail>It is never called.</detail>
      </analysis>
      <affects><target><ref>m</ref></target></affects>
    </vulnerability>
    <vulnerability><id>CVE-2099-2</id><affects><target><ref>m</ref></target></affects></vulnerability>
  </vulnerabilities>
</bom>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_bill_in_xml_says_what_the_same_bill_in_json_says(encoding):
    assert read_vex(CYCLONEDX_XML.encode(encoding)) == said_by(CYCLONEDX)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (CYCLONEDX_XML[:-20], "xml.syntax"),
        (CYCLONEDX_XML.replace("<bom xmlns", "<other xmlns").replace("</bom>", "</other>"), "vex.unknown"),
        (CYCLONEDX_XML.replace("<supplier><name>Maker</name></supplier>", ""), "vex.author"),
        (CYCLONEDX_XML.replace("not_affected", "harmless"), "vex.status"),
        ('<!DOCTYPE bom [<!ENTITY a "b">]>' + CYCLONEDX_XML.partition("?>")[2], "xml.entities"),
    ],
)
def test_a_bill_in_xml_is_held_to_the_same(data, code):
    with pytest.raises(BadInput) as refused:
        read_vex(data.encode())
    assert refused.value.code == code
