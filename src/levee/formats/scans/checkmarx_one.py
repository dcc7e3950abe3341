"""Checkmarx One: the list of results, and the improved scan report in its older and newer form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import Package, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_NOT_OPEN = {"not exploitable", "proposed not exploitable", "fixed"}


def claims(report: Node) -> bool:
    """Whether Checkmarx One wrote it."""
    return report.has("scanResults", "reportHeader") or report.has("results", "scanID", "totalCount")


def read(report: Node, alone: str) -> Scan:
    """Read the results of all its engines."""
    draft = Draft("Checkmarx One JSON", "Checkmarx One", alone=alone)
    asset = draft.host(report.text("reportHeader", "projectName") or alone)
    for found in draft.objects(report, "results"):
        _result(draft, found, asset)
    for query in draft.objects(report, "scanResults", "resultsList"):
        for found in draft.objects(query, "vulnerabilities"):
            _of_query(draft, query, found, asset)
    for technology in draft.objects(report, "iacScanResults", "technology"):
        for query in draft.objects(technology, "queries"):
            for found in draft.objects(query, "resultsList"):
                _of_query(draft, query, found, asset)
    for held in draft.objects(report, "scaScanResults", "packages"):
        for each in draft.objects(held, "packageCategory"):
            for found in draft.objects(each, "categoryResults"):
                _of_package(draft, held, found, asset)
    return draft.scan()


def _result(draft: Draft, found: Node, asset: str) -> None:
    data, details = found.at("data"), found.at("vulnerabilityDetails")
    node = next(data.each("nodes"), data)
    path = node.text("fileName") or data.text("filename")
    title = data.text("queryName") or details.text("cveName") or found.text("similarityId") or found.text("id")
    draft.finding(
        found.place,
        asset,
        rule=data.text("queryId") or details.text("cveName") or title,
        title=title.replace("_", " "),
        severity=words.severity(found.text("severity")),
        names=(details.text("cveName"), found.text("id")),
        package=_package(data),
        fixed=data.text("recommendedVersion"),
        where=f"{path}:{node.text('line')}" if path else "",
        solution=data.text("expectedValue"),
        seen_at=words.moment(found.text("foundAt")),
        closed=_closed(found.text("state")),
    )


def _of_query(draft: Draft, query: Node, found: Node, asset: str) -> None:
    path = found.text("destinationFileName") or found.text("sourceFileName") or found.text("fileName")
    line = found.text("destinationLine") or found.text("sourceLine") or found.text("line")
    draft.finding(
        found.place,
        asset,
        rule=query.text("queryId") or query.text("queryName"),
        title=query.text("queryName").replace("_", " "),
        severity=words.severity(found.text("severity")),
        where=f"{path}:{line}",
        seen_at=words.moment(found.text("foundDate")),
        closed=_closed(found.text("state")),
    )


def _of_package(draft: Draft, held: Node, found: Node, asset: str) -> None:
    name = found.text("cve") or found.text("cveName")
    holder = package(held.text("packageRepository"), held.text("packageName"), held.text("packageVersion"))
    draft.finding(
        found.place,
        asset,
        rule=name,
        severity=words.severity(found.text("severity")),
        names=(name,),
        package=holder,
        closed=_closed(found.text("state")),
    )


def _closed(state: str) -> str:
    state = state.replace("_", " ").lower()
    return state if state in _NOT_OPEN else ""


def _package(data: Node) -> Package:
    """An identifier such as `Npm-lodash-4.17.15`: the manager stands first, the version behind the last dash."""
    stated = data.text("packageIdentifier")
    kind, dash, rest = stated.partition("-")
    name, _, version = rest.rpartition("-")
    return package(kind, name, version) if dash and name else Package(stated=stated)
