"""Wazuh's vulnerability inventory: the API's list of version 4.7, and the index's documents of 4.8 and later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_LESS_THAN = re.compile(r"less than\s+(\S+)", re.IGNORECASE)


def claims(report: Node) -> bool:
    """Whether Wazuh wrote it."""
    if report.at("data").has("affected_items"):
        return True
    first = next(report.each("hits", "hits"), None)
    return first is not None and first.at("_source").has("vulnerability", "agent")


def read(report: Node, alone: str) -> Scan:
    """Read the list."""
    draft = Draft("Wazuh JSON", "Wazuh", alone=alone)
    for found in draft.objects(report, "data", "affected_items"):
        _item(draft, found)
    for found in draft.objects(report, "hits", "hits"):
        _document(draft, found.at("_source"))
    return draft.scan()


def _item(draft: Draft, found: Node) -> None:
    name = found.text("cve")
    less = _LESS_THAN.search(found.text("condition"))
    asset = draft.host(found.text("agent_name") or found.text("agent_ip"), addresses=(found.text("agent_ip"),))
    draft.finding(
        found.place,
        asset,
        rule=name,
        title=found.text("title"),
        severity=words.severity(found.text("severity")),
        names=(name,),
        package=package("", found.text("name"), found.text("version")),
        fixed=less[1] if less else "",
        seen_at=words.moment(found.text("detection_time")),
        closed="" if found.text("status").upper() in {"VALID", "PENDING", ""} else found.text("status").lower(),
    )


def _document(draft: Draft, found: Node) -> None:
    held, name = found.at("package"), found.text("vulnerability", "id")
    system = found.at("host", "os")
    kind = held.text("type")
    release = f"{system.text('platform') or system.text('name').lower()}:{system.text('version')}"
    less = _LESS_THAN.search(found.text("vulnerability", "scanner", "condition"))
    draft.finding(
        found.place,
        draft.host(found.text("agent", "name") or found.text("agent", "id")),
        rule=name,
        severity=words.severity(found.text("vulnerability", "severity")),
        names=(name,),
        package=package(release if kind in {"deb", "rpm", "apk"} else kind, held.text("name"), held.text("version")),
        fixed=less[1] if less else "",
        where=held.text("path"),
        seen_at=words.moment(found.text("vulnerability", "detected_at")),
    )
