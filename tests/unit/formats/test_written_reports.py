"""What is written as SARIF and OpenVEX holds what the standards demand and viewers go by, and nothing they do not know.

The tables below say it in the standards' own terms: for each object the properties that must be there, and those that
may be there as well. Both were held once against independent readers of the formats (sarif-pydantic, sarif-tools).
"""

from __future__ import annotations

import json
import re

import pytest

from levee.formats.sarif import read_sarif
from levee.formats.sarif_write import Result, sarif_document
from levee.formats.vex import Finding, Status, openvex_document, read_vex

SARIF = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"results", "invocations", "columnKind"}),
    "tool": ({"driver"}, set()),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id", "shortDescription", "fullDescription", "help"}, {"properties"}),
    "text": ({"text"}, set()),
    "result": ({"message", "ruleId", "locations", "partialFingerprints"},
               {"ruleIndex", "kind", "level", "properties", "suppressions"}),
    "location": ({"physicalLocation"}, {"logicalLocations"}),
    "physicalLocation": ({"artifactLocation", "region"}, set()),
    "artifactLocation": ({"uri"}, set()),
    "region": ({"startLine"}, set()),
    "logicalLocation": ({"fullyQualifiedName"}, {"name"}),
    "suppression": ({"kind"}, {"status", "justification"}),
    "invocation": ({"executionSuccessful"}, {"toolExecutionNotifications"}),
    "notification": ({"message"}, {"level"}),
}  # fmt: skip
INSIDE = {
    "log": {"runs": "run"},
    "run": {"tool": "tool", "results": "result", "invocations": "invocation"},
    "tool": {"driver": "driver"},
    "driver": {"rules": "rule"},
    "rule": {"shortDescription": "text", "fullDescription": "text", "help": "text"},
    "result": {"message": "text", "locations": "location", "suppressions": "suppression"},
    "location": {"physicalLocation": "physicalLocation", "logicalLocations": "logicalLocation"},
    "physicalLocation": {"artifactLocation": "artifactLocation", "region": "region"},
    "invocation": {"toolExecutionNotifications": "notification"},
    "notification": {"message": "text"},
}
WORDS = {
    "kind": {"fail", "open", "external"},
    "level": {"error", "none", "warning"},
    "status": {"accepted"},
    "columnKind": {"unicodeCodePoints"},
    "version": {"2.1.0", "1"},
}


def breaches(kind, value, place="$"):
    """Where an object lacks what it must have, or has what the standard does not know."""
    if isinstance(value, list):
        return [each for number, item in enumerate(value) for each in breaches(kind, item, f"{place}[{number}]")]
    must, may = SARIF[kind]
    found = [f"{place} lacks {name}" for name in sorted(must - value.keys())]
    found += [f"{place} has {name}" for name in sorted(value.keys() - must - may)]
    for name, inner in value.items():
        if name in WORDS and inner not in WORDS[name]:
            found.append(f"{place}.{name} is {inner}")
        if name in INSIDE.get(kind, {}):
            found += breaches(INSIDE[kind][name], inner, f"{place}.{name}")
    return found


def result(rule="CVE-1", *, certain=True, suppressed="", line=3):
    return Result(
        rule=rule, title="A flaw", about="A flaw. Also known as X-1.", help="Upgrade it.", text="a 1 is affected",
        certain=certain, uri="lists/office%20one.csv", line=line, subject=("web-1", "pkg:npm/a"), suppressed=suppressed,
        properties={"purl": "pkg:npm/a@1"},
    )  # fmt: skip


@pytest.fixture
def log():
    results = [result(), result("CVE-2", certain=False, line=1), result(suppressed="not affected, says Maker")]
    return json.loads(json.dumps(sarif_document(results, tool="Levee", version="1", notes=["line 7: no version"])))


def test_a_log_has_all_that_the_standard_and_viewers_ask_for_and_nothing_else(log):
    assert breaches("log", log) == []
    assert breaches("log", {**log, "runs": [{"results": []}]}) == ["$.runs[0] lacks tool"]


def test_each_rule_stands_once_and_each_result_points_to_its_own(log):
    (run,) = log["runs"]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert rules == ["CVE-1", "CVE-2"]
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [each["ruleId"] for each in run["results"]]


def test_what_is_no_failure_has_no_level_and_lines_count_from_one(log):
    for each in log["runs"][0]["results"]:
        assert (each["kind"] == "fail") == (each["level"] != "none")
        for location in each["locations"]:
            assert location["physicalLocation"]["region"]["startLine"] >= 1
            assert re.fullmatch(
                r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]+", location["physicalLocation"]["artifactLocation"]["uri"]
            )


def test_the_fingerprint_that_viewers_go_by_is_the_same_next_time_and_another_for_another_flaw(log):
    again = sarif_document([result(line=9), result("CVE-2")], tool="Levee", version="2")
    seen, later = (
        [each["partialFingerprints"]["primaryLocationLineHash"] for each in one["runs"][0]["results"]]
        for one in (log, again)
    )
    assert seen[0] == later[0]
    assert len(set(later)) == 2


def test_our_own_reader_of_scans_reads_it(log):
    read = read_sarif(json.dumps(log).encode())
    assert not read.faults
    assert [(each.rule, each.suppressed, each.locations[0].start_line) for each in read.findings] == [
        ("CVE-1", False, 3),
        ("CVE-2", False, 1),
        ("CVE-1", True, 3),
    ]


FINDINGS = [
    Finding(vulnerability="CVE-1", aliases=["X-1"], purl="pkg:npm/a@1", status=Status.AFFECTED, note="n", action="Go"),
    Finding(
        vulnerability="CVE-2", aliases=[], purl="pkg:deb/debian/b@2?distro=debian-12", status=Status.NOT_AFFECTED,
        note="never called", justification="component_not_present",
    ),
    Finding(vulnerability="CVE-3", aliases=[], purl="pkg:gem/c@3", status=Status.NOT_AFFECTED, note="own words"),
    Finding(vulnerability="CVE-4", aliases=[], purl="pkg:gem/c@4", status=Status.UNDER_INVESTIGATION, note="open"),
    Finding(vulnerability="CVE-5", aliases=[], purl="pkg:gem/c@5", status=Status.FIXED, note="mended"),
]  # fmt: skip


@pytest.fixture
def vex():
    at = "2026-11-20T09:00:00+00:00"
    return openvex_document(FINDINGS, identifier="urn:x:1", author="me", at=at, tooling="Levee 1")


def test_a_vex_document_has_all_that_openvex_demands_of_it(vex):
    assert vex.keys() == {"@context", "@id", "author", "timestamp", "version", "tooling", "statements"}
    assert vex["@context"] == "https://openvex.dev/ns/v0.2.0"
    assert vex["version"] == 1
    for each in vex["statements"]:
        status = each["status"]
        assert {"vulnerability", "products", "status"} <= each.keys()
        assert ("action_statement" in each) == (status == "affected")
        assert ("justification" in each or "impact_statement" in each) == (status == "not_affected")
        reasons = {"status_notes", "justification", "impact_statement", "action_statement"}
        assert each.keys() <= {"vulnerability", "products", "status"} | reasons


def test_our_own_reader_reads_a_vex_document_back_field_by_field(vex):
    said = read_vex(json.dumps(vex).encode())
    assert said.not_understood == ()
    for finding, back in zip(FINDINGS, said.statements, strict=True):
        assert back.vulnerabilities == (finding.vulnerability, *finding.aliases)
        assert back.product.purl == finding.purl
        assert back.status is finding.status
        assert back.justification == finding.justification
        assert back.detail == finding.note
        assert (back.author, back.document, back.at.isoformat()) == ("me", "urn:x:1", "2026-11-20T09:00:00+00:00")
