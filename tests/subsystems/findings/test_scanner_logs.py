"""A scanner's SARIF log becomes findings: what its users accepted is left out, what cannot be read is named."""

import json

import pytest

from levee.findings import selectors, services
from levee.kernel.errors import BadInput

RULES = [
    {
        "id": "js/prototype-pollution",
        "name": "PrototypePollution",
        "shortDescription": {"text": "Prototype-polluting assignment"},
        "fullDescription": {"text": "Writing to a key of the caller's choice can change every object."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security", "external/cwe/cwe-1321"], "precision": "high"},
    }
]


def result(line=42, **changes):
    """A result of the shape that code scanners write."""
    return {
        "ruleId": "js/prototype-pollution",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": f"Assignment through a computed key.\nSeen {line} times."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "lib/index.js", "uriBaseId": "%SRCROOT%", "index": 0},
                    "region": {"startLine": line, "startColumn": 5, "endColumn": 31},
                },
                "logicalLocations": [{"fullyQualifiedName": "setKey", "kind": "function"}],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{line:x}39fa12:1"},
        "properties": {"purl": "pkg:npm/minimist@0.0.8", "security-severity": "9.8"},
        **changes,
    }


def log(*results, version="2.17.6", **run):
    return json.dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "codescan",
                            "organization": "Example",
                            "semanticVersion": version,
                            "informationUri": "https://code.example/codescan",
                            "rules": RULES,
                        }
                    },
                    "columnKind": "utf16CodeUnits",
                    "results": list(results),
                    **run,
                }
            ],
        }
    ).encode()


SUPPRESSED = {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": "a test"}]}


def test_a_result_becomes_a_finding_with_all_that_the_log_says(world):
    finder, data = world.finder(), log(result())
    became = services.submit_batch(finder, data)
    assert (became.refused, became.suppressed) == ((), 0)
    (receipt,) = became.accepted
    found = selectors.get(finder, receipt.finding)
    assert found.title == "Prototype-polluting assignment"
    assert found.description == "Assignment through a computed key.\nSeen 42 times.\nin lib/index.js setKey"
    assert (found.target, found.cwe) == ("npm:minimist@0.0.8", "CWE-1321")
    assert (found.provenance.tool, found.provenance.tool_version) == ("codescan", "2.17.6")
    kept = selectors.original(finder, receipt.finding)
    assert (kept.data, kept.media_type, kept.place) == (data, "application/sarif+json", "/runs/0/results/0")


def test_of_a_mixed_log_the_valid_is_kept_the_accepted_left_out_and_the_rest_named(world):
    finder = world.finder()
    became = services.submit_batch(
        finder,
        log(
            result(1),
            result(2, **SUPPRESSED),
            result(3, message="not an object"),
            result(4, kind="pass", level="none"),
            result(5, locations=[{"physicalLocation": {"region": {"startLine": 0}}}]),
            result(6, properties={}),
            result(7, message={"text": "a bell: \u0007"}),
            "no result at all",
            result(9),
        ),
    )
    assert sorted(each.place for each in became.refused) == [
        "/runs/0/results/2/message",
        "/runs/0/results/4/locations/0/physicalLocation/region/startLine",
        "/runs/0/results/5/properties/purl",
        "/runs/0/results/6/message",
        "/runs/0/results/7",
    ]
    assert (len(became.accepted), became.suppressed, became.not_wrong) == (2, 1, 1)
    assert selectors.count(finder) == 2


def test_a_suppression_that_nobody_accepted_yet_hides_nothing(world):
    waiting = result(suppressions=[{"kind": "external", "status": "underReview"}])
    became = services.submit_batch(world.finder(), log(waiting))
    assert (len(became.accepted), became.suppressed) == (1, 0)


def test_a_later_log_of_a_newer_scanner_over_moved_lines_adds_nothing(world):
    finder = world.finder()
    (first,) = services.submit_batch(finder, log(result())).accepted
    moved = result()
    moved["locations"][0]["physicalLocation"]["region"]["startLine"] = 99
    moved["message"] = {"text": "Assignment through a computed key, in other words."}
    (again,) = services.submit_batch(finder, log(moved, version="3.0.0")).accepted
    assert (again.finding, again.repeated) == (first.finding, True)
    assert selectors.count(finder) == 1


def test_the_repository_that_was_scanned_is_the_target_where_no_package_is_named(world):
    finder = world.finder()
    source = [{"repositoryUri": "https://code.example/acme/imagekit.git", "revisionId": "0f3a"}]
    (receipt,) = services.submit_batch(finder, log(result(properties={}), versionControlProvenance=source)).accepted
    assert selectors.get(finder, receipt.finding).target == "source:imagekit@0f3a"


def test_a_log_of_another_version_is_refused_with_what_to_do(world):
    with pytest.raises(BadInput) as refused:
        services.submit_batch(world.finder(), log(result()).replace(b'"2.1.0"', b'"2.0.0"'))
    assert (refused.value.place, bool(refused.value.advice())) == ("/version", True)
