"""Findings in the plain JSON and CSV that DefectDojo documents for tools without a format of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import Package, package_of_purl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.opening import Table
    from levee.formats.scans.types import Scan

_DATES = ("%m/%d/%Y", "%d/%m/%Y")
_TRUE = {"true", "yes", "1"}


def claims(report: Node) -> bool:
    """Whether it is such a list."""
    first = next(report.each("findings"), None)
    if first is None:
        return report.at("findings").is_list
    return first.has("title", "severity") and not first.has("findingArn")


def read(report: Node, alone: str) -> Scan:
    """Read the list."""
    draft = Draft("generic findings JSON", report.text("name") or "generic", alone=alone)
    for found in draft.objects(report, "findings"):
        ends = [each.text("host") or each.text() for each in found.each("endpoints")]
        draft.finding(
            found.place,
            draft.host(words.host(ends[0]) if ends else alone),
            rule=found.text("vuln_id_from_tool") or found.text("title"),
            title=found.text("title"),
            severity=words.severity(found.text("severity")),
            names=(
                found.text("cve"),
                *found.texts("vulnerability_ids"),
                *(each.text("vulnerability_id") for each in found.each("vulnerability_ids")),
            ),
            package=_package(found),
            fixed=found.text("fix_version"),
            where=_where(found, ends),
            solution=found.text("mitigation"),
            seen_at=words.moment(found.text("date"), *_DATES),
            closed=_closed(found),
        )
    return draft.scan()


def claims_table(table: Table) -> bool:
    """Whether it is such a table."""
    return table.has("title", "severity", "description", "mitigation")


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows; a date is month before day unless it cannot be."""
    draft = Draft("generic findings CSV", "generic", alone=alone)
    for place, row in table.rows():
        address = row.get("url", "")
        draft.finding(
            place,
            draft.host(words.host(address) if address else alone),
            rule=row.get("vulnid", "") or row.get("title", ""),
            title=row.get("title", ""),
            severity=words.severity(row.get("severity", "")),
            names=(row.get("cve", ""), row.get("vulnerabilityid", ""), row.get("vulnid", "")),
            package=Package(stated=row.get("componentname", ""), version=row.get("componentversion", "")),
            where=address,
            solution=row.get("mitigation", ""),
            seen_at=words.moment(row.get("date", ""), *_DATES),
            closed=_closed_row(row),
        )
    return draft.scan()


def _package(found: Node) -> Package:
    purl = found.text("component_purl") or found.text("purl")
    name, version = found.text("component_name"), found.text("component_version")
    return package_of_purl(purl, stated=name, version=version) if purl else Package(stated=name, version=version)


def _where(found: Node, ends: list[str]) -> str:
    path, line = found.text("file_path"), found.text("line")
    if path:
        return f"{path}:{line}" if line else path
    return ", ".join(ends)


def _closed(found: Node) -> str:
    for key, why in (
        ("is_mitigated", "mitigated"), ("false_p", "false positive"), ("duplicate", "duplicate"),
        ("out_of_scope", "out of scope"), ("risk_accepted", "risk accepted"),
    ):  # fmt: skip
        if found.at(key).value is True:
            return why
    return ""


def _closed_row(row: Mapping[str, str]) -> str:
    for heading, why in (
        ("ismitigated", "mitigated"), ("falsepositive", "false positive"), ("duplicate", "duplicate")
    ):  # fmt: skip
        if row.get(heading, "").lower() in _TRUE:
            return why
    return ""
