"""The vulnerabilities that a CycloneDX bill of materials carries, from version 1.4 on: JSON and XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.elements import inside, local, place, text
from levee.formats.scans.packages import Package, package_of_purl
from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_SETTLED = {"resolved", "resolved_with_pedigree", "false_positive", "not_affected"}
_WORST = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.NONE)
_FORMAT = "CycloneDX"


def claims(report: Node) -> bool:
    """Whether it is a bill of materials that carries vulnerabilities."""
    return report.text("bomFormat") == "CycloneDX" and report.at("vulnerabilities").is_list


def read(report: Node, alone: str) -> Scan:
    """Read one finding for each vulnerability and component that it affects."""
    draft = Draft(f"{_FORMAT} JSON with vulnerabilities", _FORMAT, alone=alone)
    subject = report.at("metadata", "component")
    seen_at = words.moment(report.text("metadata", "timestamp"))
    asset = draft.host(subject.text("name"), seen_at=seen_at)
    held = dict(_components(report))
    for found in draft.objects(report, "vulnerabilities"):
        state = found.text("analysis", "state")
        for number, ref in enumerate([each.text("ref") for each in found.each("affects")] or [""]):
            draft.finding(
                f"{found.place}/affects/{number}" if number else found.place,
                asset,
                rule=found.text("id"),
                title=words.line(found.text("description"), 150).partition(". ")[0] or found.text("id"),
                severity=_severity((each.text("severity"), each.text("score")) for each in found.each("ratings")),
                names=(found.text("id"), *(each.text("id") for each in found.each("references"))),
                package=held.get(ref) or _by_reference(ref),
                solution=found.text("recommendation"),
                seen_at=seen_at,
                closed=state.replace("_", " ") if state in _SETTLED else "",
            )
    return draft.scan()


def _components(report: Node) -> Iterator[tuple[str, Package]]:
    """Every component by its reference, at any depth."""
    waiting = [report.at("metadata", "component"), *report.each("components")]
    while waiting:
        each = waiting.pop()
        waiting += each.each("components")
        name = "/".join(part for part in (each.text("group"), each.text("name")) if part)
        ref, purl, version = each.text("bom-ref"), each.text("purl"), each.text("version")
        if ref or purl:
            stated = Package(stated=name, version=version)
            yield ref or purl, package_of_purl(purl, stated=name, version=version) if purl else stated


def _by_reference(ref: str) -> Package:
    """References are often package URLs, and what stands in another document is named by one behind a `#`."""
    purl = ref.rpartition("#")[2]
    return package_of_purl(purl) if purl.startswith("pkg:") else Package(stated=ref)


def _severity(ratings: Iterable[tuple[str, str]]) -> Severity:
    """The worst that any rating says, by its word, else by its score."""
    said = []
    for word, score in ratings:
        by_word = words.severity(word)
        said.append(words.severity_of_score(score) if by_word is Severity.UNKNOWN else by_word)
    return next((each for each in _WORST if each in said), Severity.UNKNOWN)


def claims_xml(bom: Element) -> bool:
    """Whether it is a bill of materials in XML that carries vulnerabilities."""
    return local(bom) == "bom" and any(local(each) == "vulnerability" for each in bom.iter())


def read_xml(bom: Element, alone: str) -> Scan:
    """Read one finding for each vulnerability and component that it affects."""
    draft = Draft(f"{_FORMAT} XML with vulnerabilities", _FORMAT, alone=alone)
    seen_at = words.moment(text(bom, "metadata", "timestamp"))
    asset = draft.host(text(bom, "metadata", "component", "name"), seen_at=seen_at)
    held: dict[str, Package] = {}
    for component in (each for each in bom.iter() if local(each) == "component"):
        package = _package(component)
        held[component.get("bom-ref") or package.purl or package.stated] = package
    for number, found in enumerate(inside(bom, "vulnerabilities", "vulnerability"), 1):
        refs = [text(each, "ref") for each in inside(found, "affects", "target")] or [""]
        for ref in refs:
            _found(draft, found, place(number, "vulnerability"), asset, _held(held, ref))
    return draft.scan()


def _held(held: Mapping[str, Package], ref: str) -> Package:
    return held.get(ref) or _by_reference(ref)


def _package(component: Element) -> Package:
    name = "/".join(part for part in (text(component, "group"), text(component, "name")) if part)
    purl, version = text(component, "purl"), text(component, "version")
    return package_of_purl(purl, stated=name, version=version) if purl else Package(stated=name, version=version)


def _found(draft: Draft, found: Element, at: str, asset: str, package: Package) -> None:
    name, state = text(found, "id"), text(found, "analysis", "state")
    ratings = [(text(each, "severity"), text(each, "score")) for each in inside(found, "ratings", "rating")]
    draft.finding(
        at,
        asset,
        rule=name,
        title=words.line(text(found, "description"), 150).partition(". ")[0] or name,
        severity=_severity(ratings),
        names=(name, *(text(each, "id") for each in inside(found, "references", "reference"))),
        package=package,
        solution=text(found, "recommendation"),
        closed=state.replace("_", " ") if state in _SETTLED else "",
    )
