"""Nexpose and InsightVM: XML Export 2.0 and the table of vulnerable assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import child, inside, local, place
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from levee.formats.scans.opening import Table
    from levee.formats.scans.types import Scan

TOOL = "Nexpose"
_VULNERABLE = ("vulnerable-exploited", "vulnerable-version", "vulnerable-potential", "vulnerable")
_EXCEPTED = "exception"
_LEVELS = ((8, Severity.CRITICAL), (4, Severity.HIGH), (1, Severity.MEDIUM))  # critical, severe, moderate
_COLUMNS = {
    "rule": ("vulnerability id", "vuln id"),
    "title": ("vulnerability title", "title"),
    "host": ("asset ip address", "ip address", "asset names", "hostname"),
    "name": ("asset names", "asset name", "hostname"),
    "severity": ("vulnerability severity level", "vulnerability risk", "severity"),
    "score": ("vulnerability cvss score", "vulnerability cvssv3 score", "cvss score"),
    "cve": ("vulnerability cve ids", "vulnerability cves", "cve"),
    "solution": ("vulnerability solution", "solution"),
    "port": ("service port", "port"),
    "protocol": ("service protocol", "protocol"),
    "seen": ("vulnerability test date", "last scan date", "scan date"),
}


def claims_xml(report: Element) -> bool:
    """Whether Nexpose wrote it."""
    return local(report) == "NexposeReport"


def read_xml(report: Element, alone: str) -> Scan:
    """Read the tests of every node that say that it is vulnerable."""
    draft = Draft("Nexpose XML 2.0", TOOL, alone=alone)
    rules = {each.get("id", "").lower(): each for each in inside(report, "VulnerabilityDefinitions", "vulnerability")}
    seen_at = words.latest(words.moment(each.get("endTime", "")) for each in inside(report, "scans", "scan"))
    for node in inside(report, "nodes", "node"):
        names = [(each.text or "").strip() for each in inside(node, "names", "name")]
        asset = draft.host(node.get("address", ""), addresses=names, seen_at=seen_at)
        for number, (test, where) in enumerate(_tests(node), 1):
            rule = rules.get(test.get("id", "").lower())
            _test(draft, test, rule, place(number, asset, "test"), asset=asset, where=where, seen_at=seen_at)
    return draft.scan()


def _tests(node: Element) -> Iterator[tuple[Element, str]]:
    for test in inside(node, "tests", "test"):
        yield test, ""
    for end in inside(node, "endpoints", "endpoint"):
        where = f"port {end.get('port', '')}/{end.get('protocol', '')}"
        for service in inside(end, "services", "service"):
            for test in inside(service, "tests", "test"):
                yield test, where


def _test(
    draft: Draft, test: Element, rule: Element | None, at: str, *, asset: str, where: str, seen_at: datetime | None
) -> None:
    name, status = test.get("id", ""), test.get("status", "")
    if not status.startswith(_VULNERABLE):
        return  # the node was looked at for this and does not have it
    if rule is None:
        draft.finding(at, asset, rule=name, names=(name,), where=where, seen_at=seen_at)
        return
    draft.finding(
        at,
        asset,
        rule=name,
        title=rule.get("title", ""),
        severity=_of_level(rule.get("severity", ""), rule.get("cvssScore", "")),
        names=[name, *((each.text or "") for each in inside(rule, "references", "reference"))],
        where=where,
        solution=_words(child(rule, "solution")),
        seen_at=seen_at,
        closed="an exception was granted" if _EXCEPTED in status else "",
    )


def _words(element: Element | None) -> str:
    return " ".join(" ".join(element.itertext()).split()) if element is not None else ""


def _of_level(number: str, score: str) -> Severity:
    """By the CVSS score, else by Nexpose's own level of 1 to 10."""
    scored = words.severity_of_score(score)
    if scored is not Severity.UNKNOWN:
        return scored
    if not number.isdecimal():
        return words.severity(number)
    return next((found for least, found in _LEVELS if int(number) >= least), Severity.NONE)


def claims_table(table: Table) -> bool:
    """Whether Nexpose wrote it."""
    return table.has("vulnerability title") and (table.has("asset ip address") or table.has("vulnerability id"))


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows."""
    draft = Draft("Nexpose CSV", TOOL, alone=alone)
    columns = table.columns(_COLUMNS)
    for at, row in table.rows():
        port, seen_at = columns.of(row, "port"), words.moment(columns.of(row, "seen"))
        draft.finding(
            at,
            draft.host(columns.of(row, "host"), addresses=(columns.of(row, "name"),), seen_at=seen_at),
            rule=columns.of(row, "rule") or columns.of(row, "title"),
            title=columns.of(row, "title"),
            severity=_of_level(columns.of(row, "severity"), columns.of(row, "score")),
            names=(columns.of(row, "cve"), columns.of(row, "rule")),
            where=f"port {port}/{columns.of(row, 'protocol').lower()}".rstrip("/")
            if port not in {"", "0", "-1"}
            else "",
            solution=words.without_markup(columns.of(row, "solution")),
            seen_at=seen_at,
        )
    return draft.scan()
