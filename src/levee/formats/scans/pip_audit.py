"""`pip-audit --format json`, with the dependencies in a list of their own or, before version 2.5, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether pip-audit wrote it."""
    first = next(report.each() if report.is_list else report.each("dependencies"), None)
    return first is not None and first.has("name") and (first.has("vulns") or first.has("skip_reason"))


def read(report: Node, alone: str) -> Scan:
    """Read every vulnerability of every distribution."""
    draft = Draft("pip-audit JSON", "pip-audit", alone=alone)
    asset = draft.host()
    for each in draft.objects(report) if report.is_list else draft.objects(report, "dependencies"):
        holder = package("pypi", each.text("name"), each.text("version"))
        if each.text("skip_reason"):
            draft.fault(each.place, each.text("name"), f"pip-audit left it out: {each.text('skip_reason')}")
        for found in draft.objects(each, "vulns"):
            draft.finding(
                found.place,
                asset,
                rule=found.text("id"),
                names=(*found.texts("aliases"), found.text("id")),
                package=holder,
                fixed=nearest(holder, found.texts("fix_versions")),
            )
    return draft.scan()
