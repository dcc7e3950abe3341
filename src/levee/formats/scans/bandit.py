"""Bandit's JSON report on Python sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether Bandit wrote it."""
    return report.has("results", "metrics", "generated_at")


def read(report: Node, alone: str) -> Scan:
    """Read the results."""
    draft = Draft("Bandit JSON", "Bandit", alone=alone)
    seen_at = words.moment(report.text("generated_at"))
    asset = draft.host(seen_at=seen_at)
    for found in draft.objects(report, "results"):
        draft.finding(
            found.place,
            asset,
            rule=found.text("test_id"),
            title=found.text("issue_text"),
            severity=words.severity(found.text("issue_severity")),
            where=f"{found.text('filename')}:{found.text('line_number')}",
            seen_at=seen_at,
        )
    return draft.scan()
