"""Qualys: scan results and asset reports in XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import children, inside, local, place, text
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from levee.formats.scans.types import Scan

TOOL = "Qualys"
LEVELS = {"1": Severity.LOW, "2": Severity.LOW, "3": Severity.MEDIUM, "4": Severity.HIGH, "5": Severity.CRITICAL}
INFORMATION = {"ig", "info", "information gathered", "information"}
_KINDS = (("VULNS", "VULN"), ("PRACTICES", "PRACTICE"), ("INFOS", "INFO"), ("SERVICES", "SERVICE"))
_SAYS_A_FLAW = {"VULN", "PRACTICE"}


def level(number: str, kind: str = "") -> Severity:
    """Qualys' five levels; what it calls information is none, whatever its level."""
    return Severity.NONE if kind.strip().lower() in INFORMATION else LEVELS.get(number, Severity.UNKNOWN)


def claims_xml(report: Element) -> bool:
    """Whether Qualys wrote it."""
    return local(report) in {"SCAN", "ASSET_DATA_REPORT"}


def read_xml(report: Element, alone: str) -> Scan:
    """Read every host."""
    draft = Draft("Qualys XML", TOOL, alone=alone)
    if local(report) == "SCAN":
        _scan(draft, report)
    else:
        _assets(draft, report)
    return draft.scan()


def _scan(draft: Draft, report: Element) -> None:
    keys = {each.get("value"): (each.text or "").strip() for each in inside(report, "HEADER", "KEY")}
    seen_at = words.moment(keys.get("DATE", ""))
    for host in children(report, "IP"):
        asset = draft.host(host.get("value", ""), addresses=(host.get("name", ""),), seen_at=seen_at)
        for group, kind in _KINDS:
            for category in inside(host, group, "CAT"):
                where = _port(category.get("port", ""), category.get("protocol", ""))
                for number, found in enumerate(children(category, kind), 1):
                    _found(draft, found, place(number, asset, kind), asset=asset, where=where, seen_at=seen_at)


def _found(draft: Draft, found: Element, at: str, *, asset: str, where: str, seen_at: datetime | None) -> None:
    flaw = local(found) in _SAYS_A_FLAW
    draft.finding(
        at,
        asset,
        rule=found.get("number", ""),
        title=text(found, "TITLE"),
        severity=level(found.get("severity", ""), "" if flaw else "info"),
        names=[found.get("cveid") or "", *(text(each, "ID") for each in inside(found, "CVE_ID_LIST", "CVE_ID"))],
        where=where,
        solution=words.without_markup(text(found, "SOLUTION")),
        seen_at=seen_at,
    )


def _assets(draft: Draft, report: Element) -> None:
    rules = {text(each, "QID"): each for each in inside(report, "GLOSSARY", "VULN_DETAILS_LIST", "VULN_DETAILS")}
    for host in inside(report, "HOST_LIST", "HOST"):
        asset = draft.host(text(host, "IP"), addresses=(text(host, "DNS"), text(host, "NETBIOS")))
        for number, found in enumerate(inside(host, "VULN_INFO_LIST", "VULN_INFO"), 1):
            at, qid = place(number, asset, "VULN_INFO"), text(found, "QID")
            rule = rules.get(qid)
            if rule is None:
                draft.fault(at, qid, "the report's glossary does not tell what this number means")
                continue
            status = text(found, "VULN_STATUS").lower()
            draft.finding(
                at,
                asset,
                rule=qid,
                title=text(rule, "TITLE"),
                severity=level(text(rule, "SEVERITY"), text(found, "TYPE")),
                names=[text(each, "ID") for each in inside(rule, "CVE_ID_LIST", "CVE_ID")],
                where=_port(text(found, "PORT"), text(found, "PROTOCOL")),
                solution=words.without_markup(text(rule, "SOLUTION")),
                seen_at=words.moment(text(found, "LAST_FOUND")),
                closed=status if status == "fixed" else "",
            )


def _port(port: str, protocol: str) -> str:
    return f"port {port}/{protocol.lower()}" if port and port != "0" else ""
