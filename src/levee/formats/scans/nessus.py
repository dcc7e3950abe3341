"""Nessus and its web application scanner: the XML of `.nessus` files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import children, inside, local, place, text
from levee.formats.scans.packages import Package
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from levee.formats.scans.types import Scan

TOOL = "Nessus"
LEVELS = {"0": Severity.NONE, "1": Severity.LOW, "2": Severity.MEDIUM, "3": Severity.HIGH, "4": Severity.CRITICAL}
_INSTALLED = re.compile(r"^\s*(?:Installed|Reported|Detected) version\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_FIXED = re.compile(r"^\s*(?:Fixed|Should be) version\s*:\s*([^\s/,(]+)", re.IGNORECASE | re.MULTILINE)
_NO_ADVICE = {"n/a", "none", "not applicable", "not applicable."}


def claims_xml(report: Element) -> bool:
    """Whether Nessus wrote it."""
    return local(report) == "NessusClientData_v2"


def read_xml(report: Element, alone: str) -> Scan:
    """Read every item of every host."""
    draft = Draft("Nessus (.nessus)", TOOL, alone=alone)
    for host in inside(report, "Report", "ReportHost"):
        tags = {each.get("name", ""): (each.text or "").strip() for each in inside(host, "HostProperties", "tag")}
        seen_at = words.moment(tags.get("HOST_END_TIMESTAMP", "")) or words.moment(tags.get("HOST_END", ""))
        asset = draft.host(
            words.host(host.get("name", "")),
            addresses=[tags.get(key, "") for key in ("host-ip", "host-fqdn", "netbios-name", "hostname")],
            seen_at=seen_at,
        )
        for number, item in enumerate(children(host, "ReportItem"), 1):
            _item(draft, item, asset, seen_at, place(number, asset, "ReportItem"))
    return draft.scan()


def _item(draft: Draft, item: Element, asset: str, seen_at: datetime | None, at: str) -> None:
    port, said = item.get("port", "0"), text(item, "plugin_output")
    draft.finding(
        at,
        asset,
        rule=item.get("pluginID", ""),
        title=item.get("pluginName", "") or text(item, "plugin_name"),
        severity=LEVELS.get(item.get("severity", ""), Severity.UNKNOWN),
        names=[(each.text or "") for each in children(item, "cve")],
        package=installed(said),
        fixed=fixed(said),
        where=port_of(port, item.get("protocol", "")),
        solution=advice(text(item, "solution")),
        seen_at=seen_at,
    )


def installed(said: str) -> Package:
    """The version that a plugin's output states as installed; the product is named by the title alone."""
    found = _INSTALLED.search(said)
    return Package(version=found[1]) if found else Package()


def fixed(said: str) -> str:
    """The version that a plugin's output states as fixed."""
    found = _FIXED.search(said)
    return found[1] if found and found[1][:1].isdigit() else ""


def port_of(port: str, protocol: str) -> str:
    """A port with its protocol; empty for the host as a whole."""
    if not port or port == "0":
        return ""
    return f"port {port}/{protocol.lower()}" if protocol else f"port {port}"


def advice(solution: str) -> str:
    """What to do; empty where the words say that there is nothing."""
    return "" if solution.strip().lower() in _NO_ADVICE else solution
