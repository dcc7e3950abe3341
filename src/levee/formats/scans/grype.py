"""Grype's JSON report: packages of an image or folder and what they match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package, package_of_purl

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.packages import Package
    from levee.formats.scans.types import Scan

_NOTHING_FIXED = {"wont-fix": "The distribution will not fix this."}


def claims(report: Node) -> bool:
    """Whether Grype wrote it."""
    return report.has("matches") and report.at("descriptor").text("name").lower() in {"grype", ""}


def read(report: Node, alone: str) -> Scan:
    """Read the matches, and those that the user chose to ignore."""
    draft = Draft("Grype JSON", "Grype", alone=alone)
    target = report.at("source", "target")
    asset = draft.host(
        target.text("userInput") or target.text() or alone,
        seen_at=words.moment(report.text("descriptor", "timestamp")),
    )
    release = f"{report.text('distro', 'name')}:{report.text('distro', 'version')}"
    for key, closed in (("matches", ""), ("ignoredMatches", "ignored by a rule")):
        for match in draft.objects(report, key):
            _match(draft, match, asset, release, closed)
    return draft.scan()


def _match(draft: Draft, match: Node, asset: str, release: str, closed: str) -> None:
    found, artifact = match.at("vulnerability"), match.at("artifact")
    holder = _package(artifact, release)
    fix = found.at("fix")
    draft.finding(
        match.place,
        asset,
        rule=found.text("id"),
        severity=words.severity(found.text("severity")),
        names=(found.text("id"), *(each.text("id") for each in match.each("relatedVulnerabilities"))),
        package=holder,
        fixed=nearest(holder, fix.texts("versions")),
        where=", ".join(each.text("path") for each in artifact.each("locations")),
        solution=_NOTHING_FIXED.get(fix.text("state"), ""),
        closed=closed,
    )


def _package(artifact: Node, release: str) -> Package:
    name, version, kind = artifact.text("name"), artifact.text("version"), artifact.text("type")
    if artifact.text("purl"):
        return package_of_purl(artifact.text("purl"), stated=name, version=version)
    source = next((each.text("name") for each in artifact.each("upstreams")), "")
    return package(release if kind in {"deb", "rpm", "apk"} else kind, name, version, source=source)
