"""OWASP Dependency-Check in XML: what it found in files, and what was suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import children, inside, local, place, text
from levee.formats.scans.packages import Package, package, package_of_purl
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from levee.formats.scans.types import Scan

_KINDS = (("vulnerability", ""), ("suppressedVulnerability", "suppressed"))


def claims_xml(report: Element) -> bool:
    """Whether Dependency-Check wrote it."""
    return local(report) == "analysis" and any(local(each) == "dependencies" for each in report)


def read_xml(report: Element, alone: str) -> Scan:
    """Read the vulnerabilities of every file, and of the files that were folded into another."""
    draft = Draft("Dependency-Check XML", "Dependency-Check", alone=alone)
    seen_at = words.moment(text(report, "projectInfo", "reportDate"))
    asset = draft.host(text(report, "projectInfo", "name"), seen_at=seen_at)
    for dependency in inside(report, "dependencies", "dependency"):
        holder = _package(dependency)
        file = text(dependency, "filePath") or text(dependency, "fileName")
        for kind, closed in _KINDS:
            for number, found in enumerate(inside(dependency, "vulnerabilities", kind), 1):
                at = place(number, text(dependency, "fileName"), kind)
                _found(draft, found, at, asset, holder=holder, file=file, seen_at=seen_at, closed=closed)
    return draft.scan()


def _found(
    draft: Draft,
    found: Element,
    at: str,
    asset: str,
    *,
    holder: Package,
    file: str,
    seen_at: datetime | None,
    closed: str,
) -> None:
    name = text(found, "name")
    draft.finding(
        at,
        asset,
        rule=name,
        severity=_severity(found),
        names=(name,),
        package=holder,
        where=file,
        seen_at=seen_at,
        closed=closed,
    )


def _package(dependency: Element) -> Package:
    stated = text(dependency, "fileName")
    for listed in children(dependency, "identifiers"):
        for each in listed:
            name = text(each, "id") or text(each, "name").strip("()")
            if name.startswith("pkg:"):
                return package_of_purl(name, stated=stated)
            artifact, _, version = name.rpartition(":")
            if each.get("type") == "maven" and ":" in artifact:
                return package("maven", artifact, version)
    return Package(stated=stated)


def _severity(found: Element) -> Severity:
    for names in (("cvssV4", "baseSeverity"), ("cvssV3", "baseSeverity"), ("severity",), ("cvssV2", "severity")):
        said = words.severity(text(found, *names))
        if said is not Severity.UNKNOWN:
            return said
    return words.severity_of_score(text(found, "cvssScore"))
