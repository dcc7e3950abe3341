"""`semgrep --json`, of code and of dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import Package, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether Semgrep wrote it."""
    first = next(report.each("results"), None)
    if first is None:
        return report.has("results", "errors", "paths")
    return first.has("check_id", "path")


def read(report: Node, alone: str) -> Scan:
    """Read the results."""
    draft = Draft("Semgrep JSON", "Semgrep", alone=alone)
    asset = draft.host()
    for found in draft.objects(report, "results"):
        extra = found.at("extra")
        meta = extra.at("metadata")
        draft.finding(
            found.place,
            asset,
            rule=found.text("check_id"),
            title=extra.text("message") or found.text("check_id"),
            severity=words.severity(meta.text("severity") or extra.text("severity")),
            names=(*meta.texts("cve"), *meta.texts("sca-vuln-database-identifier")),
            package=_package(extra.at("sca_info", "dependency_match", "found_dependency")),
            where=f"{found.text('path')}:{found.text('start', 'line')}",
            solution=extra.text("fix"),
            closed="suppressed" if extra.at("is_ignored").value is True else "",
        )
    return draft.scan()


def _package(found: Node) -> Package:
    return package(found.text("ecosystem"), found.text("package"), found.text("version"))
