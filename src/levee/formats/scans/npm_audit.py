"""`npm audit --json` and what `yarn` and `pnpm` write alike: of npm 6 by advisory, of npm 7 and later by package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import bounds, nearest, package
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether npm wrote it."""
    if report.has("auditReportVersion") or report.has("advisories", "metadata"):
        return True
    return report.has("advisories", "actions") or report.at("error").has("code", "summary")


def read(report: Node, alone: str) -> Scan:
    """Read the advisories.

    Raises:
        BadInput: the audit itself failed; with npm's own words.
    """
    if report.has("error"):
        raise BadInput(
            f"npm could not audit: {words.line(report.text('error', 'summary'))}",
            code="scan.failed",
            place="/error",
            advice="run npm audit again where it can ask its registry",
        )
    draft = Draft("npm audit JSON", "npm audit", alone=alone)
    asset = draft.host()
    if report.has("auditReportVersion"):
        for _, each in report.members("vulnerabilities"):
            _package(draft, each, asset)
    else:
        for _, each in report.members("advisories"):
            _advisory(draft, each, asset)
    return draft.scan()


def _advisory(draft: Draft, advisory: Node, asset: str) -> None:
    for number, found in enumerate(advisory.each("findings")):
        holder = package("npm", advisory.text("module_name"), found.text("version"))
        draft.finding(
            found.place if number else advisory.place,
            asset,
            rule=advisory.text("id"),
            title=advisory.text("title"),
            severity=words.severity(advisory.text("severity")),
            names=(*advisory.texts("cves"), advisory.text("github_advisory_id"), advisory.text("url")),
            package=holder,
            fixed=nearest(holder, bounds(advisory.text("patched_versions"))),
            where=", ".join(found.texts("paths")[:20]),
            solution=advisory.text("recommendation"),
            closed="deleted" if advisory.text("deleted") else "",
        )


def _package(draft: Draft, found: Node, asset: str) -> None:
    causes = [each for each in found.each("via") if each.is_object]
    through = [each.text() for each in found.each("via") if not each.is_object]
    title = causes[0].text("title") if causes else f"it needs {', '.join(through[:5])}"
    fix = found.at("fixAvailable")
    same = fix.text("name") == found.text("name")
    draft.finding(
        found.place,
        asset,
        rule=", ".join(each.text("source") for each in causes) or f"through {', '.join(through[:5])}",
        title=f"{found.text('name')}: {title}",
        severity=words.severity(found.text("severity")),
        names=[each.text("url") for each in causes],
        package=package("npm", found.text("name"), ""),
        fixed=fix.text("version") if same else "",
        where=", ".join(found.texts("nodes")[:20]),
        solution=f"Upgrade {fix.text('name')} to {fix.text('version')}." if fix.is_object else "",
    )
