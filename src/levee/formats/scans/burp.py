"""Burp Suite's issues in XML; each place of an issue is a row of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import child, children, local, place, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from levee.formats.scans.types import Scan


def claims_xml(report: Element) -> bool:
    """Whether Burp wrote it."""
    return local(report) == "issues" and "burpVersion" in report.attrib


def read_xml(report: Element, alone: str) -> Scan:
    """Read the issues."""
    draft = Draft("Burp XML", "Burp Suite", alone=alone)
    seen_at = words.moment(report.get("exportTime", ""))
    for number, issue in enumerate(children(report, "issue"), 1):
        host = child(issue, "host")
        address = "" if host is None else host.get("ip", "")
        word = text(issue, "severity")
        draft.finding(
            place(number, "issue"),
            draft.host(words.host(text(issue, "host")), addresses=(address,), seen_at=seen_at),
            rule=text(issue, "type"),
            title=text(issue, "name"),
            severity=words.severity(word),
            names=(text(issue, "name"), text(issue, "issueDetail") if "CVE-" in text(issue, "issueDetail") else ""),
            where=text(issue, "host") + (text(issue, "location") or text(issue, "path")),
            solution=words.without_markup(text(issue, "remediationDetail") or text(issue, "remediationBackground")),
            seen_at=seen_at,
            closed="false positive" if word.lower() == "false positive" else "",
        )
    return draft.scan()
