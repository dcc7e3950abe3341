"""GitLab's security reports, of dependencies above all: schema 14 and 15 and their kin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import Package, nearest, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_VERSION = re.compile(r"versions? ((?:v?\d[\w.+~-]*(?:, | or | and )?)+)")


def claims(report: Node) -> bool:
    """Whether one of GitLab's analysers wrote it."""
    return report.has("version", "vulnerabilities") and (report.has("scan") or report.has("dependency_files"))


def read(report: Node, alone: str) -> Scan:
    """Read the vulnerabilities."""
    name = report.text("scan", "scanner", "name") or "GitLab"
    draft = Draft("GitLab security report", name, alone=alone)
    seen_at = words.moment(report.text("scan", "end_time"))
    asset = draft.host(seen_at=seen_at)
    managers = {each.text("path"): each.text("package_manager") for each in report.each("dependency_files")}
    for found in draft.objects(report, "vulnerabilities"):
        place = found.at("location")
        file = place.text("file")
        holder = _package(place, managers.get(file, ""))
        advised = _VERSION.search(found.text("solution"))
        draft.finding(
            found.place,
            place.text("image") or asset,
            rule=next((each.text("value") for each in found.each("identifiers")), "") or found.text("id"),
            title=found.text("message") or found.text("name"),
            severity=words.severity(found.text("severity")),
            names=[each.text("value") for each in found.each("identifiers")],
            package=holder,
            fixed=nearest(holder, re.findall(r"v?\d[\w.+~-]*", advised[1])) if advised else "",
            where=f"{file}:{place.text('start_line')}" if place.text("start_line") else file,
            solution=found.text("solution"),
            seen_at=seen_at,
            closed="false positive" if _flagged(found) else "",
        )
    return draft.scan()


def _package(place: Node, manager: str) -> Package:
    held = place.at("dependency")
    kind = manager or place.text("operating_system").lower().replace(" ", ":")
    return package(kind, held.text("package", "name"), held.text("version").removeprefix("v"))


def _flagged(found: Node) -> bool:
    return any(each.text("type") == "flagged-as-likely-false-positive" for each in found.each("flags"))
