"""Trivy's JSON reports: the list of before 2021, schema 2, and those of a Kubernetes cluster, old and new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import nearest, package, package_of_purl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.packages import Package
    from levee.formats.scans.types import Scan

_RELEASE = re.compile(r"\(([a-z]+) ([^()]+)\)\s*$")
_OS = "os-pkgs"


def claims(report: Node) -> bool:
    """Whether Trivy wrote it."""
    if report.is_list:
        first = next(report.each(), None)
        return first is not None and first.has("Target")
    if report.has("ClusterName"):
        return True
    return report.has("ArtifactName") or (report.has("Results") and report.has("SchemaVersion"))


def read(report: Node, alone: str) -> Scan:
    """Read packages, settings and secrets of everything that was looked at."""
    draft = Draft("Trivy JSON", "Trivy", alone=alone)
    seen_at = words.moment(report.text("CreatedAt"))
    for asset, results in _assets(report, alone):
        draft.host(asset, seen_at=seen_at)
        for result in results:
            _result(draft, result, asset, seen_at)
    return draft.scan()


def _assets(report: Node, alone: str) -> Iterator[tuple[str, list[Node]]]:
    """Everything that was looked at, with its results."""
    if report.is_list:
        yield alone, list(report.each())
        return
    if not report.has("ClusterName"):
        yield report.text("ArtifactName") or alone, list(report.each("Results"))
        return
    for key in ("Resources", "Findings", "Vulnerabilities", "Misconfigurations"):
        for each in report.each(key):
            parts = (each.text("Namespace"), each.text("Kind"), each.text("Name"))
            yield "/".join(part for part in parts if part) or alone, list(each.each("Results"))


def _result(draft: Draft, result: Node, asset: str, seen_at: datetime | None) -> None:
    target = result.text("Target")
    for each in draft.objects(result, "Vulnerabilities"):
        holder = _package(each, result)
        name = each.text("VulnerabilityID")
        draft.finding(
            each.place,
            asset,
            rule=name,
            title=each.text("Title"),
            severity=words.severity(each.text("Severity")),
            names=(name, *each.texts("VendorIDs")),
            package=holder,
            fixed=nearest(holder, re.split(r",\s*", each.text("FixedVersion"))),
            where=", ".join(part for part in (target, each.text("PkgPath")) if part),
            seen_at=seen_at,
            closed="not affected" if each.text("Status") == "not_affected" else "",
        )
    for each in draft.objects(result, "Misconfigurations"):
        draft.finding(
            each.place,
            asset,
            rule=each.text("ID"),
            title=each.text("Title"),
            severity=words.severity(each.text("Severity")),
            where=_lines(target, each.at("CauseMetadata")),
            solution=each.text("Resolution"),
            seen_at=seen_at,
            closed="passed" if each.text("Status") in {"PASS", "EXCEPTION"} else "",
        )
    for each in draft.objects(result, "Secrets"):
        draft.finding(
            each.place,
            asset,
            rule=each.text("RuleID"),
            title=each.text("Title") or "Secret",
            severity=words.severity(each.text("Severity")),
            where=_lines(target, each),
            solution="Take the secret out, and replace it with a new one.",
            seen_at=seen_at,
        )
    for each in draft.objects(result, "Licenses"):
        draft.finding(
            each.place,
            asset,
            rule=f"licence {each.text('Name')}",
            title=f"{each.text('PkgName')} stands under {each.text('Name')}",
            severity=words.severity("none"),
            where=each.text("FilePath") or target,
            seen_at=seen_at,
        )


def _lines(target: str, cause: Node) -> str:
    return f"{target}:{cause.text('StartLine')}" if cause.text("StartLine") else target


def _package(found: Node, result: Node) -> Package:
    name, version = found.text("PkgName"), found.text("InstalledVersion")
    purl = found.text("PkgIdentifier", "PURL")
    if purl:
        return package_of_purl(purl, stated=name, version=version)
    release = _RELEASE.search(result.text("Target"))
    return package(result.text("Type"), name, version, release=release[2] if release else "")
