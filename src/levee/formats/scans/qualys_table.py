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

    from levee.formats.scans.opening import Table
    from levee.formats.scans.types import Scan

_COLUMNS = {
    "title": ("title", "vuln title"),
    "host": ("ip", "asset ipv4", "asset ipv6", "ip address", "asset name"),
    "name": ("dns", "fqdn", "hostname", "asset name", "netbios"),
    "severity": ("q_severity", "kb severity", "severity"),
    "cve": ("cve id", "cve", "cveid"),
    "seen": ("last detected", "last scan", "last detected date"),
    "status": ("vuln status", "status"),
}
_DATES = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")


def claims_table(table: Table) -> bool:
    """Whether Qualys wrote it."""
    return table.has("qid") and (table.has("title") or table.has("vuln title"))


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows."""
    draft = Draft("Qualys CSV", TOOL, alone=alone)
    grouped: dict[tuple[str, ...], tuple[str, list[Mapping[str, str]]]] = {}
    for place, row in table.rows():
        key = (row.get("qid", ""), _of(row, "host"), _of(row, "name"), row.get("port", ""), row.get("protocol", ""))
        if not row.get("qid", ""):
            draft.fault(place, ", ".join(row.values()), "a row without Qualys' number for what it found")
        elif "cve" in row:  # VMDR's
            grouped.setdefault(key, (place, []))[1].append(row)
        else:
            grouped[*key, place] = (place, [row])
    for place, rows in grouped.values():
        _finding(draft, place, rows)
    return draft.scan()


def _finding(draft: Draft, place: str, rows: list[Mapping[str, str]]) -> None:
    row = rows[0]
    seen_at, port = words.moment(_of(row, "seen"), *_DATES), row.get("port", "")
    status = _of(row, "status").lower()
    draft.finding(
        place,
        draft.host(_of(row, "host"), addresses=(_of(row, "name"),), seen_at=seen_at),
        rule=row.get("qid", ""),
        title=_of(row, "title"),
        severity=_severity(_of(row, "severity"), row.get("type", "")),
        names=[_of(each, "cve") for each in rows],
        where=f"port {port}/{row.get('protocol', '').lower()}" if port and port != "0" else "",
        solution=words.without_markup(row.get("solution", "")),
        seen_at=seen_at,
        closed=status if status == "fixed" else "disabled" if row.get("disabled", "").lower() == "yes" else "",
    )


def _severity(text: str, kind: str) -> Severity:
    by_level = level(text, kind)
    return words.severity(text) if by_level is Severity.UNKNOWN else by_level


def _of(row: Mapping[str, str], name: str) -> str:
    return next((value for heading in _COLUMNS[name] if (value := row.get(heading, ""))), "")
