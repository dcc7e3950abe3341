"""SARIF 2.1.0 (OASIS, errata 01), written: affected components as results of one run.

Beyond what the standard demands, each rule has all of its descriptions and each result a line and the fingerprint that
viewers go by (GitHub's code scanning takes no result without them, and tells results apart by that fingerprint alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.formats.strict_json import Json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One component that one vulnerability affects, or may affect.

    Attributes:
        rule: the vulnerability. title: of the rule. about: what it is, in the words of its advisory. help: what to do.
        text: what and why, in a sentence or two.
        certain: else it is a result that somebody has to look at (`kind` is `open`).
        uri: the file that was read. line: where in it, from 1; 1 where it has no lines to tell.
        subject: logical names from the outside in, such as asset and package URL.
        suppressed: the justification of whoever excused it, or empty. properties: anything else.
    """

    rule: str
    title: str
    about: str
    help: str
    text: str
    certain: bool
    uri: str
    line: int
    subject: Sequence[str]
    suppressed: str
    properties: Mapping[str, Json]


def sarif_document(results: Iterable[Result], *, tool: str, version: str, notes: Iterable[str] = ()) -> dict[str, Json]:
    """The log of one run.

    Args:
        results: in the order to be shown.
        tool: its name.
        version: its version.
        notes: what could not be read, one notification each.
    """
    listed = list(results)
    rules = {each.rule: each for each in listed}
    numbers = {rule: number for number, rule in enumerate(rules)}
    driver: dict[str, Json] = {
        "name": tool,
        "version": version,
        "rules": [_rule(each) for each in rules.values()],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, numbers[each.rule]) for each in listed],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "warning", "message": {"text": note}} for note in notes],
            }
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(each: Result) -> dict[str, Json]:
    return {
        "id": each.rule,
        "shortDescription": {"text": each.title},
        "fullDescription": {"text": each.about or each.title},
        "help": {"text": each.help},
        "properties": {"tags": ["security", "vulnerability"]},
    }


def _result(each: Result, number: int) -> dict[str, Json]:
    fingerprint = sha256("\x00".join((each.rule, *each.subject)).encode()).hex()
    found: dict[str, Json] = {
        "ruleId": each.rule,
        "ruleIndex": number,
        "kind": "fail" if each.certain else "open",
        "level": "error" if each.certain else "none",  # 3.27.10: a result that is no failure has the level none
        "message": {"text": each.text},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": each.uri}, "region": {"startLine": each.line}},
                "logicalLocations": [{"fullyQualifiedName": "/".join(each.subject), "name": each.subject[-1]}],
            }
        ],
        "partialFingerprints": {"component/v1": fingerprint, "primaryLocationLineHash": fingerprint},
        "properties": dict(each.properties),
    }
    if each.suppressed:
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": each.suppressed}]
    return found
