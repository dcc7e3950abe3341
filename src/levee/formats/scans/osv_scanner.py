"""OSV-Scanner's JSON report: lock files and images, their packages, and OSV records about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.packages import Package
    from levee.formats.scans.types import Scan, Severity


def claims(report: Node) -> bool:
    """Whether OSV-Scanner wrote it."""
    first = next(report.each("results"), None)
    if first is None:
        return report.has("results", "experimental_config")
    return first.has("packages", "source")


def read(report: Node, alone: str) -> Scan:
    """Read every vulnerability of every package."""
    draft = Draft("OSV-Scanner JSON", "OSV-Scanner", alone=alone)
    asset = draft.host()
    for result in draft.objects(report, "results"):
        path = result.text("source", "path")
        for each in draft.objects(result, "packages"):
            stated = each.at("package")
            kind = stated.text("ecosystem")
            holder = package(kind, stated.text("name"), stated.text("version"))
            for record in draft.objects(each, "vulnerabilities"):
                _record(draft, record, asset, holder, path)
    return draft.scan()


def _record(draft: Draft, record: Node, asset: str, holder: Package, path: str) -> None:
    draft.finding(
        record.place,
        asset,
        rule=record.text("id"),
        title=record.text("summary"),
        severity=_severity(record),
        names=(*record.texts("aliases"), record.text("id")),
        package=holder,
        fixed=nearest(holder, _fixed(record, holder)),
        where=path,
        closed="withdrawn" if record.text("withdrawn") else "",
    )


def _severity(record: Node) -> Severity:
    return words.severity(record.text("database_specific", "severity"))


def _fixed(record: Node, holder: Package) -> list[str]:
    return [
        event.text("fixed")
        for block in record.each("affected")
        if block.text("package", "name") == holder.stated
        for part in block.each("ranges")
        if part.text("type") != "GIT"
        for event in part.each("events")
        if event.text("fixed")
    ]
