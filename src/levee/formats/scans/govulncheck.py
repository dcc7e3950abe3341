"""govulncheck: the message stream of version 1, and the one document of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import package

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan


def claims(report: Node) -> bool:
    """Whether govulncheck wrote it."""
    if report.is_list:
        first = next(report.each(), None)
        return first is not None and first.at("config").has("protocol_version")
    return report.has("Vulns", "Modules") or report.at("config").has("protocol_version")


def read(report: Node, alone: str) -> Scan:
    """Read what is called, else what is imported, else what is required: the nearest trace of each module."""
    draft = Draft("govulncheck JSON", "govulncheck", alone=alone)
    asset = draft.host()
    messages = [each for each in report.each() if each.is_object]
    records = {each.text("osv", "id"): each.at("osv") for each in messages if each.has("osv")}
    for found in _nearest([each.at("finding") for each in messages if each.has("finding")]):
        step = next(found.each("trace"), found)
        _finding(draft, found, asset, records.get(found.text("osv")), step)
    for found in draft.objects(report, "Vulns"):
        _old(draft, found, asset)
    return draft.scan()


def _nearest(found: list[Node]) -> list[Node]:
    """One of each vulnerability and module: the one with the most said about where it is used."""
    kept: dict[tuple[str, str], Node] = {}
    for each in found:
        step = next(each.each("trace"), each)
        key = (each.text("osv"), step.text("module"))
        if key not in kept or _depth(each) > _depth(kept[key]):
            kept[key] = each
    return list(kept.values())


def _depth(found: Node) -> int:
    step = next(found.each("trace"), found)
    return 2 if step.text("function") else 1 if step.text("package") else 0


def _finding(draft: Draft, found: Node, asset: str, record: Node | None, step: Node) -> None:
    name = found.text("osv")
    uses = ("required, not imported", "imported, not called", "called")[_depth(found)]
    where = ".".join(part for part in (step.text("package"), step.text("function")) if part)
    draft.finding(
        found.place,
        asset,
        rule=name,
        title=record.text("summary") if record else "",
        names=(*(record.texts("aliases") if record else ()), name),
        package=package("go", step.text("module"), step.text("version").removeprefix("v")),
        fixed=found.text("fixed_version").removeprefix("v"),
        where=f"{where} ({uses})".strip(),
    )


def _old(draft: Draft, found: Node, asset: str) -> None:
    record = found.at("OSV")
    draft.finding(
        found.place,
        asset,
        rule=record.text("id"),
        title=record.text("summary") or words.line(record.text("details"), 200),
        names=(*record.texts("aliases"), record.text("id")),
        package=package("go", found.text("ModPath"), ""),
        where=".".join(part for part in (found.text("PkgPath"), found.text("Symbol")) if part),
    )
