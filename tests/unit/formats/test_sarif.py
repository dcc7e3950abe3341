"""A tool's results become findings, one each, and a fault in the log is named by its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.sarif import read_sarif
from levee.kernel.errors import BadInput, LeveeError, TooLarge


def log(*results, **run) -> bytes:
    rules = [
        {
            "id": "R1",
            "shortDescription": {"text": "Unbounded copy"},
            "messageStrings": {"default": {"text": "{0} is copied into {1}"}},
            "properties": {"tags": ["security", "external/cwe/cwe-0120"]},
        }
    ]
    driver = {"name": "levee-lint", "semanticVersion": "1.4.0", "rules": rules}
    runs = [{"tool": {"driver": driver}, "results": list(results)} | run]
    return json.dumps({"version": "2.1.0", "runs": runs}).encode()


def at(uri="src/row.c", line=31):
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}


RESULT = {"ruleId": "R1", "level": "error", "message": {"text": "Copy of n bytes."}, "locations": [at()]}


def test_a_result_is_read_with_its_rule_place_and_weakness():
    (finding,) = read_sarif(log(RESULT)).findings
    assert (finding.tool, finding.tool_version, finding.rule, finding.level) == ("levee-lint", "1.4.0", "R1", "error")
    assert (finding.title, finding.message, finding.cwe) == ("Unbounded copy", "Copy of n bytes.", "CWE-120")
    assert (finding.locations[0].uri, finding.locations[0].start_line) == ("src/row.c", 31)
    assert finding.place == "/runs/0/results/0"


def test_words_kept_in_the_rule_are_filled_in():
    (finding,) = read_sarif(
        log({"ruleIndex": 0, "message": {"id": "default", "arguments": ["from", "to{0}"]}})
    ).findings
    assert (finding.rule, finding.message) == ("R1", "from is copied into to{0}")


def test_what_passed_is_no_finding_and_what_is_suppressed_is_marked():
    accepted = {"suppressions": [{"kind": "external", "status": "accepted"}]}
    under_review = {"suppressions": [{"kind": "external", "status": "underReview"}]}
    read = read_sarif(log(RESULT | {"kind": "pass"}, RESULT | accepted, RESULT | under_review, RESULT))
    assert [finding.suppressed for finding in read.findings] == [True, False, False]
    assert (read.not_wrong, read.faults) == (1, ())


def test_the_same_result_of_a_later_log_has_the_same_fingerprint_and_another_place_has_not():
    hashed = RESULT | {"partialFingerprints": {"primaryLocationLineHash": "39fa:1"}}
    moved = hashed | {"locations": [at(line=90)]}
    elsewhere = hashed | {"locations": [at("src/other.c")]}
    first, later, other = read_sarif(log(hashed, moved, elsewhere)).findings
    assert first.fingerprint == later.fingerprint != other.fingerprint
    bare, bare_moved = read_sarif(log(RESULT, RESULT | {"locations": [at(line=90)]})).findings
    assert bare.fingerprint != bare_moved.fingerprint


def test_the_package_or_the_repository_looked_at_is_the_target():
    about = RESULT | {"properties": {"purl": "pkg:npm/%40a/b@1.2.3"}}
    source = {"repositoryUri": "https://code.example/acme/imagekit.git", "revisionId": "0f3a"}
    found = read_sarif(log(about, RESULT, versionControlProvenance=[source])).findings
    assert [finding.target for finding in found] == ["npm:@a/b@1.2.3", "source:imagekit@0f3a"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"version": "2.0.0", "runs": []}', "/version"),
        (b'{"version": "2.1.0", "runs": {}}', "/runs"),
        (b'{"version": "2.1.0", "runs": [], "runs": []}', "/runs"),
    ],
)
def test_a_log_that_is_none_is_refused_whole(data, place):
    with pytest.raises(BadInput) as refusal:
        read_sarif(data)
    assert refusal.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"locations": [at(line=0)]}, "/locations/0/physicalLocation/region/startLine"),
        ({"message": "plain"}, "/message"),
        ({"kind": "maybe"}, "/kind"),
        ({"fingerprints": {"a": 5}}, "/fingerprints/a"),
    ],
)
def test_a_fault_in_a_result_is_named_by_its_place_and_the_others_are_read(change, place):
    read = read_sarif(log(RESULT, RESULT | change, RESULT))
    assert [fault.place for fault in read.faults] == ["/runs/0/results/1" + place]
    assert [finding.place for finding in read.findings] == ["/runs/0/results/0", "/runs/0/results/2"]


def test_a_run_without_a_tool_is_named_and_the_others_are_read():
    runs = json.loads(log(RESULT))["runs"]
    read = read_sarif(json.dumps({"version": "2.1.0", "runs": [{"results": [RESULT]}, *runs]}).encode())
    assert [fault.place for fault in read.faults] == ["/runs/0/tool/driver/name"]
    assert [finding.place for finding in read.findings] == ["/runs/1/results/0"]


def test_a_log_of_more_results_than_allowed_is_refused_whole():
    with pytest.raises(TooLarge):
        read_sarif(log(RESULT, RESULT, RESULT), max_results=2)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["ruleId", "ruleIndex", "rule", "id", "message", "text", "arguments", "locations", "physicalLocation", "region",
         "startLine", "taxa", "properties", "tags", "cwe", "fingerprints", "suppressions", "kind", "level"]), inner),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*RESULT, "taxa", "properties", "rule", "fingerprints", "suppressions"]), JUNK))
def test_no_result_makes_the_reader_fail_otherwise(junk):
    try:
        found = read_sarif(log(junk)).findings
    except LeveeError:
        return
    assert all(finding.title and finding.fingerprint for finding in found)
