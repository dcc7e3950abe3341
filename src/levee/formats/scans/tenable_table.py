"""Tables of Nessus, Tenable Vulnerability Management, Security Center and the web application scanner.

Some editions write one row for each CVE: rows of one plugin on one port of one host are one finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import nessus, words
from levee.formats.scans.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.scans.opening import Table
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
_SETTLED = {"fixed", "resolved"}


def claims_table(table: Table) -> bool:
    """Whether one of Tenable's products wrote it."""
    return (
        table.has("plugin id", "host", "solution")
        or table.has("plugin", "plugin name", "ip address")
        or table.has("definition.id", "definition.name", "asset.name")
    )


def read_table(table: Table, alone: str) -> Scan:
    """Read the rows."""
    draft = Draft("Tenable CSV", nessus.TOOL, alone=alone)
    for place, rows in _grouped(table).values():
        row = rows[0]
        said, seen_at = _of(row, "output"), words.moment(_of(row, "seen"))
        asset = draft.host(words.host(_of(row, "host")), addresses=(_of(row, "address"),), seen_at=seen_at)
        draft.finding(
            place,
            asset,
            rule=_of(row, "rule"),
            title=_of(row, "title"),
            severity=_severity(_of(row, "severity")),
            names=[_of(each, "cve") for each in rows],
            package=nessus.installed(said),
            fixed=nessus.fixed(said),
            where=nessus.port_of(_of(row, "port"), _of(row, "protocol")),
            solution=nessus.advice(_of(row, "solution")),
            seen_at=seen_at,
            closed=state if (state := _of(row, "state").lower()) in _SETTLED else "",
        )
    return draft.scan()


def _grouped(table: Table) -> dict[tuple[str, ...], tuple[str, list[Mapping[str, str]]]]:
    """Rows that differ in nothing but the CVE, under the place of the first."""
    grouped: dict[tuple[str, ...], tuple[str, list[Mapping[str, str]]]] = {}
    for place, row in table.rows():
        key = tuple(_of(row, name) for name in ("rule", "host", "address", "port", "protocol", "title", "output"))
        grouped.setdefault(key, (place, []))[1].append(row)
    return grouped


def _of(row: Mapping[str, str], name: str) -> str:
    return next((value for heading in _COLUMNS[name] if (value := row.get(heading, ""))), "")


def _severity(text: str) -> Severity:
    return nessus.LEVELS.get(text) or words.severity(text)
