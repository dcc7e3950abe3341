"""Tables of Nessus, Tenable Vulnerability Management, Security Center and the web application scanner.

Some editions write one row for each CVE: rows of one plugin on one port of one host are one finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import nessus, words
from levee.formats.scans.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.scans.opening import Columns, Table
    from levee.formats.scans.types import Scan, Severity

_COLUMNS = {
    "rule": ("plugin id", "plugin", "definition.id"),
    "title": ("name", "plugin name", "definition.name"),
    "severity": ("risk", "severity", "definition.severity", "risk factor"),
    "host": ("host", "asset.name", "dns name", "ip address", "asset.display_fqdn", "asset.host_name"),
    "address": ("ip address", "asset.display_ipv4_address", "asset.display_ipv6_address"),
    "port": ("port",),
    "protocol": ("protocol",),
    "cve": ("cve", "definition.cve"),
    "solution": ("solution", "definition.solution", "steps to remediate"),
    "output": ("plugin output", "output"),
    "seen": ("last observed", "last_seen", "last seen", "host end"),
    "state": ("state", "vulnerability state"),
}
_SAME = ("rule", "host", "address", "port", "protocol", "title", "output")
_SETTLED = {"fixed", "resolved"}


def claims_table(table: Table) -> bool:
    """Whether one of Tenable's products wrote it."""
    return (
        table.has("plugin id", "host", "solution")
        or table.has("plugin", "plugin name", "ip address")
        or table.has("definition.id", "definition.name", "asset.name")
    )


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows; those that differ in nothing but the CVE are one finding, at the place of the first."""
    draft = Draft("Tenable CSV", nessus.TOOL, alone=alone)
    columns = table.columns(_COLUMNS)
    known: dict[tuple[str, ...], int | None] = {}
    for place, row in table.rows():
        key = tuple(columns.of(row, name) for name in _SAME)
        if key not in known:
            known[key] = _finding(draft, place, row, columns)
        elif (number := known[key]) is not None:
            draft.also(number, columns.of(row, "cve"))
    return draft.scan()


def _finding(draft: Draft, place: str, row: Mapping[str, str], columns: Columns) -> int | None:
    said, seen_at = columns.of(row, "output"), words.moment(columns.of(row, "seen"))
    state = columns.of(row, "state").lower()
    host, address = words.host(columns.of(row, "host")), columns.of(row, "address")
    return draft.finding(
        place,
        draft.host(host, addresses=(address,), seen_at=seen_at),
        rule=columns.of(row, "rule"),
        title=columns.of(row, "title"),
        severity=_severity(columns.of(row, "severity")),
        names=(columns.of(row, "cve"),),
        package=nessus.installed(said),
        fixed=nessus.fixed(said),
        where=nessus.port_of(columns.of(row, "port"), columns.of(row, "protocol")),
        solution=nessus.advice(columns.of(row, "solution")),
        seen_at=seen_at,
        closed=state if state in _SETTLED else "",
    )


def _severity(text: str) -> Severity:
    return nessus.LEVELS.get(text) or words.severity(text)
