"""Qualys: the tables of scan, PCI and asset reports and of VMDR, with or without a page before the headings.

VMDR writes one row for each CVE: rows of one rule on one port of one host are one finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.qualys import TOOL, level
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.scans.opening import Columns, Table
    from levee.formats.scans.types import Scan

_COLUMNS = {
    "title": ("title", "vuln title"),
    "host": ("ip", "asset ipv4", "asset ipv6", "ip address", "asset name"),
    "name": ("dns", "fqdn", "hostname", "asset name", "netbios"),
    "severity": ("q_severity", "kb severity", "severity"),
    "cve": ("cve id", "cve", "cveid"),
    "seen": ("last detected", "last scan", "last detected date"),
    "status": ("vuln status", "status"),
    "rule": ("qid",),
    "port": ("port",),
    "protocol": ("protocol",),
}
_SAME = ("rule", "host", "name", "port", "protocol")
_DATES = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")


def claims_table(table: Table) -> bool:
    """Whether Qualys wrote it."""
    return table.has("qid") and (table.has("title") or table.has("vuln title"))


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows; those of VMDR that differ in nothing but the CVE are one finding, at the place of the first."""
    draft = Draft("Qualys CSV", TOOL, alone=alone)
    columns = table.columns(_COLUMNS)
    by_cve = "cve" in table.headings
    known: dict[tuple[str, ...], int | None] = {}
    for place, row in table.rows():
        key = tuple(columns.of(row, name) for name in _SAME)
        if not row.get("qid", ""):
            draft.fault(place, ", ".join(row.values()), "a row without Qualys' number for what it found")
        elif not by_cve or key not in known:
            known[key] = _finding(draft, place, row, columns)
        elif (number := known[key]) is not None:
            draft.also(number, columns.of(row, "cve"))
    return draft.scan()


def _finding(draft: Draft, place: str, row: Mapping[str, str], columns: Columns) -> int | None:
    seen_at, port = words.moment(columns.of(row, "seen"), *_DATES), columns.of(row, "port")
    status = columns.of(row, "status").lower()
    return draft.finding(
        place,
        draft.host(columns.of(row, "host"), addresses=(columns.of(row, "name"),), seen_at=seen_at),
        rule=columns.of(row, "rule"),
        title=columns.of(row, "title"),
        severity=_severity(columns.of(row, "severity"), row.get("type", "")),
        names=(columns.of(row, "cve"),),
        where=f"port {port}/{columns.of(row, 'protocol').lower()}" if port and port != "0" else "",
        solution=words.without_markup(row.get("solution", "")),
        seen_at=seen_at,
        closed=status if status == "fixed" else "disabled" if row.get("disabled", "").lower() == "yes" else "",
    )


def _severity(text: str, kind: str) -> Severity:
    by_level = level(text, kind)
    return words.severity(text) if by_level is Severity.UNKNOWN else by_level
