"""Prisma Cloud (Twistlock): `twistcli images scan` as JSON, and the console's table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.opening import Table
    from levee.formats.scans.packages import Package
    from levee.formats.scans.types import Scan

_FIXED = re.compile(r"fixed in\s+(.+)", re.IGNORECASE)
TOOL = "Prisma Cloud"


def claims(report: Node) -> bool:
    """Whether twistcli wrote it."""
    first = next(report.each("results"), None)
    return first is not None and (first.has("vulnerabilityDistribution") or first.has("complianceDistribution"))


def read(report: Node, alone: str) -> Scan:
    """Read packages and settings of every image."""
    draft = Draft("Prisma Cloud JSON", TOOL, alone=alone)
    for result in draft.objects(report, "results"):
        seen_at = words.moment(result.text("scanTime"))
        asset = draft.host(result.text("name") or result.text("id"), seen_at=seen_at)
        for found in draft.objects(result, "vulnerabilities"):
            holder = _package(result.text("distro"), found.text("packageName"), found.text("packageVersion"), "")
            draft.finding(
                found.place,
                asset,
                rule=found.text("id"),
                severity=words.severity(found.text("severity")),
                names=(found.text("id"),),
                package=holder,
                fixed=_fixed(holder, found.text("status")),
                where=found.text("packagePath"),
                seen_at=words.moment(found.text("discoveredDate")) or seen_at,
            )
        for found in draft.objects(result, "compliances"):
            draft.finding(
                found.place,
                asset,
                rule=found.text("id"),
                title=found.text("title"),
                severity=words.severity(found.text("severity")),
                where=found.text("category"),
                seen_at=seen_at,
            )
    return draft.scan()


def claims_table(table: Table) -> bool:
    """Whether the console wrote it."""
    return table.has("repository", "cve id", "packages", "fix status")


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows."""
    draft = Draft("Prisma Cloud CSV", TOOL, alone=alone)
    for place, row in table.rows():
        image = "/".join(part for part in (row.get("registry", ""), row.get("repository", "")) if part)
        tag = row.get("tag", "")
        holder = _package(
            row.get("distro", ""),
            row.get("packages", ""),
            row.get("package version", ""),
            row.get("source package", ""),
        )
        draft.finding(
            place,
            f"{image}:{tag}" if tag else image,
            rule=row.get("cve id", "") or row.get("compliance id", ""),
            title="" if row.get("cve id", "") else row.get("description", ""),
            severity=words.severity(row.get("severity", "")),
            names=(row.get("cve id", ""),),
            package=holder,
            fixed=_fixed(holder, row.get("fix status", "")),
            seen_at=words.moment(row.get("discovered", "")),
        )
    return draft.scan()


def _package(distro: str, name: str, version: str, source: str) -> Package:
    """A name like `org.apache.cxf_cxf-core` is Maven's group and artifact; what is left is the distribution's."""
    group, underscore, artifact = name.partition("_")
    if underscore and "." in group:
        return package("maven", f"{group}:{artifact}", version)
    return package(distro.lower().replace("-", " "), name, version, source=source)


def _fixed(holder: Package, status: str) -> str:
    found = _FIXED.search(status)
    return nearest(holder, re.split(r",\s*", found[1])) if found else ""
