"""CISA Cyber Hygiene's weekly tables: what an outside scan of the operator's own addresses found.

An asset that stands in one of them was reached from the internet: that is its exposure, with its source and date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.nessus import advice, port_of
from levee.formats.scans.packages import Package
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.formats.scans.opening import Columns, Table
    from levee.formats.scans.types import Scan

TOOL = "CISA Cyber Hygiene"
_COLUMNS = {
    "address": ("ip", "ip_address", "ip address"),
    "name": ("hostname", "host_name", "dns"),
    "port": ("port",),
    "protocol": ("protocol",),
    "severity": ("severity",),
    "score": ("cvss_base_score", "cvss", "cvss_score"),
    "cve": ("cve", "cves"),
    "title": ("name", "vulnerability", "plugin_name", "title"),
    "rule": ("plugin_id", "source_id", "vulnerability_id"),
    "solution": ("solution",),
    "seen": (
        "latest_detection", "time_closed", "last_detected", "latest", "last_seen", "time_opened", "initial_detection",
    ),
    "opened": ("time_opened", "initial_detection"),
    "service": ("service", "service_name", "category"),
    "system": ("operating_system", "os_name", "os"),
}  # fmt: skip
_LEVELS = {"1": Severity.LOW, "2": Severity.MEDIUM, "3": Severity.HIGH, "4": Severity.CRITICAL, "0": Severity.NONE}
FINDINGS, MITIGATED, HOSTS = "findings", "mitigated-vulnerabilities", "hosts"
SERVICES, RISKY = "services", "potentially-risky-services"
_SAME = (FINDINGS, MITIGATED)  # what stands in one of them today may stand in the other next week
KINDS = (FINDINGS, MITIGATED, HOSTS, SERVICES, RISKY)


def claims_table(table: Table, filename: str) -> str:
    """Which of the five tables it is, by its columns and, among those, by its name; empty where it is none."""
    if not any(table.has(heading) for heading in _COLUMNS["address"]):
        return ""
    named = _kind(filename)
    if table.has("kev_ransomware") or table.has("ip_int"):
        return named or FINDINGS
    ours = table.has("port") if named != HOSTS else len(table.headings) > 1
    return named if ours and not table.has("asset") else ""


def read_table(table: Table, alone: str, kind: str) -> Scan:
    """Read one of the five tables, of which `kind` says which."""
    draft = Draft(f"{TOOL} ({kind})", TOOL if kind in _SAME else f"{TOOL}, {kind}", alone=alone)
    draft.full = kind not in {MITIGATED, HOSTS}
    columns = table.columns(_COLUMNS)
    for place, row in table.rows():
        seen_at = words.moment(columns.of(row, "seen"), "%m/%d/%Y %H:%M", "%m/%d/%Y")
        if not columns.of(row, "address"):
            draft.fault(place, ", ".join(row.values()), "a row without an address")
            continue
        asset = draft.host(
            columns.of(row, "address"), addresses=(columns.of(row, "name"),), seen_at=seen_at, exposed_by=TOOL
        )
        if kind != HOSTS:
            _row(draft, place, row, asset, columns=columns, kind=kind, seen_at=seen_at)
    return draft.scan()


def _row(
    draft: Draft,
    place: str,
    row: Mapping[str, str],
    asset: str,
    *,
    columns: Columns,
    kind: str,
    seen_at: datetime | None,
) -> None:
    where = port_of(columns.of(row, "port"), columns.of(row, "protocol"))
    service = columns.of(row, "service")
    if kind in {SERVICES, RISKY}:
        risky = kind == RISKY
        draft.finding(
            place,
            asset,
            rule="risky service" if risky else "open service",
            title=f"{service or 'A service'} can be reached from the internet",
            severity=Severity.UNKNOWN if risky else Severity.NONE,
            package=Package(stated=service),
            where=where,
            solution="Take this service off the internet, or let only known addresses reach it." if risky else "",
            seen_at=seen_at,
        )
        return
    title = columns.of(row, "title") or columns.of(row, "cve") or "A vulnerability"
    draft.finding(
        place,
        asset,
        rule=columns.of(row, "rule") or title,
        title=title,
        severity=_severity(columns.of(row, "severity"), columns.of(row, "score")),
        names=(columns.of(row, "cve"), title),
        where=where,
        solution=advice(columns.of(row, "solution")),
        seen_at=seen_at,
        closed="mitigated" if kind == MITIGATED else "",
    )


def _severity(text: str, score: str) -> Severity:
    by_word = _LEVELS.get(text) or words.severity(text)
    return words.severity_of_score(score) if by_word is Severity.UNKNOWN else by_word


def _kind(filename: str) -> str:
    """Which of the five tables it is, by its name; the names carry a customer and a date in places."""
    name = filename.rpartition("/")[2].lower().replace("_", "-")
    for kind in (RISKY, MITIGATED, FINDINGS, SERVICES, HOSTS):
        if kind in name:
            return kind
    return ""
