"""SARIF 2.1.0 of any tool: what the house's own reader understands of it, in the shape of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.sarif import read_sarif
from levee.formats.scans import words
from levee.formats.scans.draft import MAX_FINDINGS, Draft
from levee.formats.scans.packages import Package, package_of_purl
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from levee.formats.sarif import Location, ReportedFinding
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.NONE}


def claims(report: Node) -> bool:
    """Whether it is a SARIF log."""
    return report.has("runs") and (report.has("version") or "sarif" in report.text("$schema").lower())


def read(data: bytes, report: Node, alone: str) -> Scan:
    """Read the results of every run."""
    log = read_sarif(data, max_results=MAX_FINDINGS)
    draft = Draft("SARIF 2.1.0", "SARIF", alone=alone)
    draft.ran = tuple(run.text("tool", "driver", "name") for run in report.each("runs"))
    scores = _scores(report)
    asset = draft.host()
    for found in log.findings:
        draft.finding(
            found.place,
            asset,
            source=found.tool,
            rule=found.rule,
            title=found.title,
            severity=_severity(found, scores),
            names=(found.rule, found.title),
            package=_package(found),
            where=", ".join(_place(each) for each in found.locations),
            closed="suppressed" if found.suppressed else "",
        )
    for fault in log.faults:
        draft.fault(fault.place, "", fault.message)
    return draft.scan()


def _scores(report: Node) -> dict[str, str]:
    """The score that many tools give a rule in the property `security-severity`."""
    return {
        rule.text("id"): rule.text("properties", "security-severity")
        for run in report.each("runs")
        for rule in run.each("tool", "driver", "rules")
    }


def _severity(found: ReportedFinding, scores: dict[str, str]) -> Severity:
    scored = words.severity_of_score(scores.get(found.rule, ""))
    return _LEVELS[found.level] if scored is Severity.UNKNOWN else scored


def _package(found: ReportedFinding) -> Package:
    purl = dict(found.properties).get("purl", "")
    return package_of_purl(purl) if purl else Package()


def _place(location: Location) -> str:
    place = location.uri or location.logical
    return f"{place}:{location.start_line}" if location.start_line else place
