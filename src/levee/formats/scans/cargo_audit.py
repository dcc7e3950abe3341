"""`cargo audit --json`: vulnerabilities, and warnings of crates that nobody keeps any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import bounds, nearest, package
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether cargo audit wrote it."""
    return report.has("lockfile", "vulnerabilities") and report.has("database")


def read(report: Node, alone: str) -> Scan:
    """Read the vulnerabilities, and the warnings as information."""
    draft = Draft("cargo audit JSON", "cargo audit", alone=alone)
    asset = draft.host()
    for found in draft.objects(report, "vulnerabilities", "list"):
        _found(draft, found, asset, Severity.UNKNOWN)
    for _, warnings in report.members("warnings"):
        for found in draft.objects(warnings):
            _found(draft, found, asset, Severity.NONE)
    return draft.scan()


def _found(draft: Draft, found: Node, asset: str, severity: Severity) -> None:
    advisory, crate = found.at("advisory"), found.at("package")
    holder = package("cargo", crate.text("name"), crate.text("version"))
    patched = found.texts("versions", "patched")
    draft.finding(
        found.place,
        asset,
        rule=advisory.text("id") or found.text("kind"),
        title=advisory.text("title") or f"{holder.stated} {holder.version} was {found.text('kind')}",
        severity=severity,
        names=(*advisory.texts("aliases"), advisory.text("id")),
        package=holder,
        fixed=nearest(holder, [each for text in patched for each in bounds(text) or [text.lstrip("^=~ ")]]),
        closed="withdrawn" if advisory.text("withdrawn") else "",
    )
