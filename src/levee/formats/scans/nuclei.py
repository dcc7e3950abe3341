"""Nuclei's results: JSON Lines, or one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether Nuclei wrote it."""
    first = next(report.each(), None) if report.is_list else report
    return first is not None and first.has("info") and (first.has("template-id") or first.has("templateID"))


def read(report: Node, alone: str) -> Scan:
    """Read the results."""
    draft = Draft("Nuclei JSON", "Nuclei", alone=alone)
    for found in draft.objects(report) if report.is_list else [report]:
        info = found.at("info")
        seen_at = words.moment(found.text("timestamp"))
        matcher = found.text("matcher-name")
        draft.finding(
            found.place,
            draft.host(words.host(found.text("host")), addresses=(found.text("ip"),), seen_at=seen_at),
            rule=found.text("template-id") or found.text("templateID"),
            title=f"{info.text('name')} ({matcher})" if matcher else info.text("name"),
            severity=words.severity(info.text("severity")),
            names=(*info.texts("classification", "cve-id"), found.text("template-id")),
            where=found.text("matched-at") or found.text("matched"),
            solution=info.text("remediation"),
            seen_at=seen_at,
        )
    return draft.scan()
