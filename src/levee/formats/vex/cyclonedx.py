"""CycloneDX: what `vulnerabilities[].analysis` says of the components of its own bill of materials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.csaf_read import versions_said
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, text_at
from levee.formats.vex.head import head, instant, known, stated
from levee.formats.vex.statement import Product, Status, product_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from levee.formats.vex.head import Head, Odd
    from levee.formats.vex.statement import Statement

WORDS = {
    "not_affected": Status.NOT_AFFECTED,
    "false_positive": Status.NOT_AFFECTED,
    "exploitable": Status.AFFECTED,
    "resolved": Status.FIXED,
    "resolved_with_pedigree": Status.FIXED,
    "in_triage": Status.UNDER_INVESTIGATION,
}
_ENTRIES = {"unaffected": Status.NOT_AFFECTED, "affected": Status.AFFECTED, "unknown": Status.UNDER_INVESTIGATION}
_ADVICE = "let the tool that made it name metadata.authors or metadata.supplier"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bill:
    """The components by reference, and what all of them are parts of: `root`, with its product where it has one."""

    purls: Mapping[str, str]
    root: str
    whole: Product | None
    described: bool


def cyclonedx(document: Mapping[str, Json]) -> Iterator[Statement | Odd]:
    """Every statement, or why it is none that counts."""
    metadata = object_at(document, "metadata", "")
    top = head(
        author=_author(metadata),
        at=text_at(metadata, "timestamp", "/metadata"),
        document=text_at(document, "serialNumber", ""),
        form="CycloneDX",
        places=("/metadata/authors", "/metadata/timestamp"),
        advice=_ADVICE,
    )
    bill = _bill(document, metadata)
    for number, item in enumerate(list_at(document, "vulnerabilities", "")):
        place = pointer("/vulnerabilities", number)
        told = as_object(item, place)
        if object_at(told, "analysis", place):
            yield from _of_vulnerability(top, bill, told, place)


def has_analyses(document: Mapping[str, Json]) -> bool:
    """Whether a bill of materials says anything of whether vulnerabilities hurt."""
    found = document.get("vulnerabilities")
    return isinstance(found, list) and any(isinstance(each, dict) and each.get("analysis") for each in found)


def _author(metadata: Mapping[str, Json]) -> str:
    """Who made the document, or answers for what it describes."""
    root = object_at(metadata, "component", "/metadata")
    people = [as_object(each, "/metadata/authors") for each in list_at(metadata, "authors", "/metadata")]
    firms = [
        object_at(place, key, "/metadata")
        for place in (metadata, root)
        for key in ("supplier", "manufacturer", "manufacture")
    ]
    names = [text_at(each, "name", "/metadata") for each in (*people, *firms)]
    return next(filter(None, (*names, text_at(root, "publisher", "/metadata"))), "")


def _bill(document: Mapping[str, Json], metadata: Mapping[str, Json]) -> _Bill:
    root = object_at(metadata, "component", "/metadata")
    reference, purl = text_at(root, "bom-ref", "/metadata/component"), text_at(root, "purl", "/metadata/component")
    purls = {reference: purl} if reference else {}
    waiting = [(each, "/components") for each in list_at(document, "components", "")]
    while waiting:
        item, place = waiting.pop()
        component = as_object(item, place)
        purls[text_at(component, "bom-ref", place)] = text_at(component, "purl", place)
        waiting += [(each, place) for each in list_at(component, "components", place)]
    return _Bill(purls=purls, root=reference, whole=product_of(purl), described=bool(root))


def _of_vulnerability(top: Head, bill: _Bill, told: Mapping[str, Json], place: str) -> Iterator[Statement | Odd]:
    analysis = object_at(told, "analysis", place)
    status = known(text_at(analysis, "state", place), WORDS, place)
    at = text_at(analysis, "lastUpdated", place) or text_at(analysis, "firstIssued", place)
    names = [text_at(told, "id", place)]
    names += [text_at(as_object(each, place), "id", place) for each in list_at(told, "references", place)]
    affects = list_at(told, "affects", place)
    if not affects:
        yield place, "it does not say which component is meant"
    for number, item in enumerate(affects):
        here = pointer(place, "affects", number)
        affected = as_object(item, here)
        ref = text_at(affected, "ref", here)
        elsewhere = ref not in bill.purls
        text = bill.purls.get(ref) or ref.rpartition("#")[2]
        part = bill.described and (elsewhere or ref != bill.root)
        for product, problem in _products(text, affected, status, here):
            if problem:
                yield here, problem
                continue
            yield stated(
                top,
                product,
                text,
                here,
                names=names,
                status=status,
                justification=text_at(analysis, "justification", place),
                detail=text_at(analysis, "detail", place),
                at=instant(at, place) if at else None,
                within=bill.whole if part else None,
                apart=(part and bill.whole is None) or elsewhere,
            )


def _products(
    text: str, affected: Mapping[str, Json], status: Status, place: str
) -> Iterator[tuple[Product | None, str]]:
    """The product at each of the versions that are listed beside it, or by itself; and what is odd about it."""
    listed = list_at(affected, "versions", place)
    if not listed:
        yield product_of(text), ""
    wanted = {Status.NOT_AFFECTED, Status.FIXED} if status in {Status.NOT_AFFECTED, Status.FIXED} else {status}
    for each in listed:
        entry = as_object(each, place)
        meant = known(text_at(entry, "status", place, "affected"), _ENTRIES, place)
        version, span = text_at(entry, "version", place), text_at(entry, "range", place)
        if meant not in wanted:
            yield None, f"{version or span}: the versions say {meant.replace('_', ' ')}, the analysis {status}"
            continue
        events, versions, _ = versions_said(span) if span else ([], [version], "")
        pairs = tuple((kind, at) for event in events for kind, at in event.items())
        if not (pairs or any(versions)):
            yield None, f"{span or version!r} is no range that can be read"
            continue
        yield product_of(text, versions=tuple(versions), events=pairs), ""
