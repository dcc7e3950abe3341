"""Nmap's XML: open ports as information, and what its vulnerability scripts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import child, children, inside, local, place
from levee.formats.scans.packages import Package
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from levee.formats.scans.types import Scan

TOOL = "Nmap"


def claims_xml(report: Element) -> bool:
    """Whether Nmap wrote it."""
    return local(report) == "nmaprun"


def read_xml(report: Element, alone: str) -> Scan:
    """Read every host that is up."""
    draft = Draft("Nmap XML", TOOL, alone=alone)
    started_at = words.moment(report.get("start", ""))
    for host in children(report, "host"):
        status = child(host, "status")
        if status is not None and status.get("state") != "up":
            continue
        addresses = [each.get("addr", "") for each in children(host, "address") if each.get("addrtype") != "mac"]
        names = [each.get("name", "") for each in inside(host, "hostnames", "hostname")]
        seen_at = words.moment(host.get("endtime", "")) or started_at
        asset = draft.host((addresses or names or [""])[0], addresses=[*addresses, *names], seen_at=seen_at)
        for number, port in enumerate(inside(host, "ports", "port"), 1):
            _port(draft, port, asset, seen_at, place(number, asset, "port"))
        for number, script in enumerate(inside(host, "hostscript", "script"), 1):
            at = place(number, asset, "hostscript")
            _script(draft, script, at, asset=asset, where="", holder=Package(), seen_at=seen_at)
    return draft.scan()


def _port(draft: Draft, port: Element, asset: str, seen_at: datetime | None, at: str) -> None:
    state = child(port, "state")
    if state is None or state.get("state") != "open":
        return
    number = f"{port.get('portid', '')}/{port.get('protocol', '')}"
    service = child(port, "service")
    said = {} if service is None else service.attrib
    product = said.get("product", "")
    what = " ".join(part for part in (product or said.get("name", ""), said.get("version", "")) if part)
    holder = Package(stated=product, version=said.get("version", ""))
    draft.finding(
        at,
        asset,
        rule="open port",
        title=f"Open port {number}{f': {what}' if what else ''}",
        severity=Severity.NONE,
        package=holder,
        where=f"port {number}",
        seen_at=seen_at,
    )
    for script in children(port, "script"):
        _script(
            draft,
            script,
            f"{at}/{script.get('id', '')}",
            asset=asset,
            where=f"port {number}",
            holder=holder,
            seen_at=seen_at,
        )


def _script(
    draft: Draft, script: Element, at: str, *, asset: str, where: str, holder: Package, seen_at: datetime | None
) -> None:
    """A list of known vulnerabilities by version (`vulners`), or a test that says VULNERABLE."""
    name = script.get("id", "")
    for table in script.iter("table"):
        said = {each.get("key", ""): (each.text or "").strip() for each in children(table, "elem")}
        if name == "vulners" and said.get("type") == "cve":
            draft.finding(
                f"{at}/{said.get('id', '')}",
                asset,
                rule=said.get("id", ""),
                severity=words.severity_of_score(said.get("cvss", "")),
                names=(said.get("id", ""),),
                package=holder,
                where=where,
                seen_at=seen_at,
            )
        elif said.get("state", "").startswith(("VULNERABLE", "LIKELY VULNERABLE")):
            ids = [(each.text or "") for each in table.iter("elem")]
            draft.finding(
                f"{at}/{table.get('key', '')}",
                asset,
                rule=name,
                title=said.get("title", "") or name,
                names=(table.get("key", ""), *ids),
                package=holder,
                where=where,
                seen_at=seen_at,
            )
