"""`snyk test --json` and `snyk container test --json`, of one project or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.packages import Package
    from levee.formats.scans.types import Scan

_MARKS = (("dependencyCount", "packageManager"), ("projectName", "packageManager"), ("ok", "dependencyCount"))


def claims(report: Node) -> bool:
    """Whether Snyk wrote it."""
    first = next(report.each(), None) if report.is_list else report
    return first is not None and first.has("vulnerabilities") and any(first.has(*marks) for marks in _MARKS)


def read(report: Node, alone: str) -> Scan:
    """Read every path to every vulnerable package."""
    draft = Draft("Snyk JSON", "Snyk", alone=alone)
    for project in draft.objects(report) if report.is_list else [report]:
        name = project.text("projectName") or project.text("path") or alone
        asset = draft.host(f"{name}:{project.text('displayTargetFile')}" if project.text("displayTargetFile") else name)
        for found in draft.objects(project, "vulnerabilities"):
            _vulnerability(draft, found, asset, project.text("packageManager"))
    return draft.scan()


def _vulnerability(draft: Draft, found: Node, asset: str, manager: str) -> None:
    holder = _package(found, manager)
    licence = found.text("type") == "license"
    draft.finding(
        found.place,
        asset,
        rule=found.text("id"),
        title=f"{found.text('title')} in {holder.stated}",
        severity=words.severity("none" if licence else found.text("severity")),
        names=(*found.texts("identifiers", "CVE"), *found.texts("identifiers", "GHSA"), found.text("id")),
        package=holder,
        fixed=nearest(holder, found.texts("fixedIn")),
        where=" > ".join(found.texts("from")),
        closed="ignored by a rule" if found.at("filtered", "ignored").value else "",
    )


def _package(found: Node, manager: str) -> Package:
    name, version = found.text("name") or found.text("packageName"), found.text("version")
    kind = found.text("packageManager") or manager
    if kind.partition(":")[0] in {"debian", "ubuntu", "alpine", "rhel", "centos", "amzn", "oracle", "sles"}:
        source, slash, binary = name.partition("/")
        return package(kind, binary if slash else name, version, source=source if slash else "")
    return package(kind, name, version)
