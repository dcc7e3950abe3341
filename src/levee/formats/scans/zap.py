"""ZAP's report on web applications, in XML and JSON; one alert is one finding with all its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import children, inside, local, place, text
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

TOOL = "ZAP"
_LEVELS = {"0": Severity.NONE, "1": Severity.LOW, "2": Severity.MEDIUM, "3": Severity.HIGH}
_FALSE_POSITIVE = "0"
_ADDRESSES = 20


def claims_xml(report: Element) -> bool:
    """Whether ZAP wrote it."""
    return local(report) == "OWASPZAPReport"


def read_xml(report: Element, alone: str) -> Scan:
    """Read the alerts of every site."""
    draft = Draft("ZAP XML", TOOL, alone=alone)
    seen_at = words.moment(report.get("generated", ""))
    for site in children(report, "site"):
        asset = draft.host(site.get("host", "") or words.host(site.get("name", "")), seen_at=seen_at)
        for number, alert in enumerate(inside(site, "alerts", "alertitem"), 1):
            draft.finding(
                place(number, asset, "alertitem"),
                asset,
                rule=text(alert, "alertRef") or text(alert, "pluginid"),
                title=text(alert, "alert") or text(alert, "name"),
                severity=_LEVELS.get(text(alert, "riskcode"), Severity.UNKNOWN),
                names=(text(alert, "name"), text(alert, "otherinfo")),
                where=_addresses([text(each, "uri") for each in inside(alert, "instances", "instance")]),
                solution=words.without_markup(text(alert, "solution")),
                seen_at=seen_at,
                closed="false positive" if text(alert, "confidence") == _FALSE_POSITIVE else "",
            )
    return draft.scan()


def claims(report: Node) -> bool:
    """Whether ZAP wrote it, as JSON."""
    first = next(report.each("site"), None)
    return first is not None and first.has("alerts")


def read(report: Node, alone: str) -> Scan:
    """Read the alerts of every site."""
    draft = Draft("ZAP JSON", TOOL, alone=alone)
    seen_at = words.moment(report.text("@generated"))
    for site in draft.objects(report, "site"):
        asset = draft.host(site.text("@host") or words.host(site.text("@name")), seen_at=seen_at)
        for alert in draft.objects(site, "alerts"):
            draft.finding(
                alert.place,
                asset,
                rule=alert.text("alertRef") or alert.text("pluginid"),
                title=alert.text("alert") or alert.text("name"),
                severity=_LEVELS.get(alert.text("riskcode"), Severity.UNKNOWN),
                names=(alert.text("name"), alert.text("otherinfo")),
                where=_addresses([each.text("uri") for each in alert.each("instances")]),
                solution=words.without_markup(alert.text("solution")),
                seen_at=seen_at,
                closed="false positive" if alert.text("confidence") == _FALSE_POSITIVE else "",
            )
    return draft.scan()


def _addresses(found: list[str]) -> str:
    once = list(dict.fromkeys(found))
    more = len(once) - _ADDRESSES
    return ", ".join(once[:_ADDRESSES]) + (f" and {more} more" if more > 0 else "")
