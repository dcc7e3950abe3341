"""OpenVAS and Greenbone: the XML report and the table of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import child, inside, local, place, text
from levee.formats.scans.nessus import fixed as fixed_in
from levee.formats.scans.nessus import installed
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from levee.formats.scans.opening import Table
    from levee.formats.scans.types import Scan

TOOL = "OpenVAS"


def claims_xml(report: Element) -> bool:
    """Whether Greenbone wrote it."""
    return local(report) in {"report", "get_reports_response"} and any(
        local(each) in {"results", "gmp", "omp"} for each in report.iter()
    )


def read_xml(report: Element, alone: str) -> Scan:
    """Read the hosts and every result."""
    draft = Draft("OpenVAS XML", TOOL, alone=alone)
    inner = next((each for each in report.iter() if _holds_results(each)), report)
    ended_at = words.moment(text(inner, "scan_end")) or words.moment(text(inner, "timestamp"))
    for host in inside(inner, "host"):
        draft.host(text(host, "ip"), seen_at=words.moment(text(host, "end")) or ended_at)
    for number, found in enumerate(inside(inner, "results", "result"), 1):
        _result(draft, found, place(number, "result"))
    return draft.scan()


def _holds_results(element: Element) -> bool:
    return local(element) == "report" and child(element, "results") is not None


def _result(draft: Draft, found: Element, at: str) -> None:
    test = child(found, "nvt")
    if test is None:
        draft.fault(at, text(found, "name"), "a result without the test that found it")
        return
    seen_at = words.moment(text(found, "modification_time")) or words.moment(text(found, "creation_time"))
    said, threat = text(found, "description"), text(found, "threat")
    draft.finding(
        at,
        draft.host(text(found, "host"), addresses=(text(found, "host", "hostname"),), seen_at=seen_at),
        rule=test.get("oid", ""),
        title=text(found, "name") or text(test, "name"),
        severity=_severity(text(found, "severity"), threat),
        names=[each.get("id", "") for each in inside(test, "refs", "ref")] + [text(test, "cve")],
        package=installed(said),
        fixed=fixed_in(said),
        where=_port(text(found, "port")),
        solution=text(test, "solution"),
        seen_at=seen_at,
        closed="false positive" if threat == "False Positive" else "",
    )


def _severity(score: str, word: str) -> Severity:
    """By the score, since older reports know no more than high; by the word where there is none."""
    scored = words.severity_of_score(score)
    return words.severity(word) if scored is Severity.UNKNOWN else scored


def _port(stated: str) -> str:
    return f"port {stated}" if stated[:1].isdigit() else ""


def claims_table(table: Table) -> bool:
    """Whether Greenbone wrote it."""
    return table.has("nvt name", "nvt oid")


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows."""
    draft = Draft("OpenVAS CSV", TOOL, alone=alone)
    for at, row in table.rows():
        seen_at, said = words.moment(row.get("timestamp", "")), row.get("specific result", "")
        port, protocol = row.get("port", ""), row.get("port protocol", "")
        draft.finding(
            at,
            draft.host(
                row.get("ip", "") or row.get("hostname", ""), addresses=(row.get("hostname", ""),), seen_at=seen_at
            ),
            rule=row.get("nvt oid", ""),
            title=row.get("nvt name", ""),
            severity=_severity(row.get("cvss", ""), row.get("severity", "")),
            names=(row.get("cves", ""),),
            package=installed(said),
            fixed=fixed_in(said),
            where=f"port {port}/{protocol}" if port else "",
            solution=row.get("solution", ""),
            seen_at=seen_at,
        )
    return draft.scan()
