"""CVE records (JSON 5.0 to 5.2) read as OSV records: the products that they name by CPE, with their versions.

What the CNA and those who enrich the record (Vulnrichment among them) state counts alike. A product without a CPE, or
without a word on versions, is left out: it would be matched by a guess, or to everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from levee.formats.cpe import ECOSYSTEM, read_cpe
from levee.formats.strict_json import Json, as_object, as_text, list_at, object_at, pointer, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FIRST = frozenset({"", "0", "*", "unspecified", "n/a", "all", "any"})
_NO_END = frozenset({"", "*", "unspecified", "n/a"})
_STARTS = {"versionStartIncluding": "introduced", "versionStartExcluding": "after"}
_ENDS = {"versionEndExcluding": "fixed", "versionEndIncluding": "last_affected"}


def is_cve_record(value: object) -> TypeGuard[Mapping[str, Json]]:
    """Whether a JSON document claims to be a CVE record."""
    return isinstance(value, dict) and value.get("dataType") == "CVE_RECORD" and "cveMetadata" in value


def cve_as_osv(document: Mapping[str, Json]) -> dict[str, Any]:
    """The OSV record that says the same; one that was rejected is withdrawn.

    Raises:
        BadInput: it is not of a record's shape; `place` is a JSON pointer.
    """
    head = object_at(document, "cveMetadata", "")
    containers = object_at(document, "containers", "")
    cna = object_at(containers, "cna", "/containers")
    listed = [(cna, "/containers/cna")]
    for at, item in enumerate(list_at(containers, "adp", "/containers")):
        place = pointer("/containers/adp", at)
        listed.append((as_object(item, place), place))
    blocks = [block for told, place in listed for block in _blocks(told, place)]
    modified = text_at(head, "dateUpdated", "/cveMetadata") or text_at(head, "datePublished", "/cveMetadata")
    record = {
        "id": text_at(head, "cveId", "/cveMetadata"),
        "modified": _zoned(modified),
        "published": _zoned(text_at(head, "datePublished", "/cveMetadata")),
        "summary": text_at(cna, "title", "/containers/cna"),
        "affected": [block for at, block in enumerate(blocks) if block not in blocks[:at]],
    }
    if text_at(head, "state", "/cveMetadata") == "REJECTED":
        record["withdrawn"] = _zoned(text_at(head, "dateRejected", "/cveMetadata")) or record["modified"]
    return {key: value for key, value in record.items() if value}


def _blocks(told: Mapping[str, Json], place: str) -> Iterator[dict[str, Any]]:
    """What one container says, by product and by applicability."""
    for at, item in enumerate(list_at(told, "affected", place)):
        here = pointer(place, "affected", at)
        product = as_object(item, here)
        spans, versions = _versions(product, here)
        names = [read_cpe(as_text(each, here)) for each in list_at(product, "cpes", here)]
        for name in dict.fromkeys(each.name for each in names if each is not None):
            yield from _block(name, spans, versions)
    for at, item in enumerate(list_at(told, "cpeApplicability", place)):
        here = pointer(place, "cpeApplicability", at)
        for node in list_at(as_object(item, here), "nodes", here):
            for each in list_at(as_object(node, here), "cpeMatch", here):
                yield from _applicable(as_object(each, here), here)


def _block(name: str, spans: list[list[dict[str, str]]], versions: list[str]) -> Iterator[dict[str, Any]]:
    if spans or versions:
        ranges = [{"type": "ECOSYSTEM", "events": events} for events in spans]
        yield {"package": {"ecosystem": ECOSYSTEM, "name": name}, "ranges": ranges, "versions": versions}


def _versions(product: Mapping[str, Json], place: str) -> tuple[list[list[dict[str, str]]], list[str]]:
    """Ranges and single versions that are affected (CVE Record Format 5.1, "product.versions")."""
    spans: list[list[dict[str, str]]] = []
    versions: list[str] = []
    for at, item in enumerate(list_at(product, "versions", place)):
        here = pointer(place, "versions", at)
        told = as_object(item, here)
        if text_at(told, "versionType", here) == "git":
            continue
        version, status = text_at(told, "version", here), text_at(told, "status", here)
        before, upto = text_at(told, "lessThan", here), text_at(told, "lessThanOrEqual", here)
        start = {"introduced": "0" if version.lower() in _FIRST else version}
        if status == "affected" and not (before or upto):
            versions += [version] * (version.lower() not in _FIRST)
        elif status == "affected":
            end = _end("fixed", before) or _end("last_affected", upto)
            spans.append([start, *(_turns(told, here) or end)])
        elif status == "unaffected" and text_at(product, "defaultStatus", place) == "affected":
            spans += [[{"introduced": "0"}, {"fixed": version}]] * (start["introduced"] != "0" and bool(before or upto))
    return spans, versions


def _turns(told: Mapping[str, Json], place: str) -> list[dict[str, str]]:
    """The first version of a range at which it is mended, as events; empty where none is named."""
    turns = [as_object(each, place) for each in list_at(told, "changes", place)]
    return next((_end("fixed", text_at(each, "at", place)) for each in turns if each.get("status") == "unaffected"), [])


def _end(kind: str, version: str) -> list[dict[str, str]]:
    return [] if version.lower() in _NO_END else [{kind: version}]


def _applicable(told: Mapping[str, Json], place: str) -> Iterator[dict[str, Any]]:
    """A product's block of what the format takes over from NVD."""
    cpe = read_cpe(text_at(told, "criteria", place))
    if cpe is None or told.get("vulnerable") is not True:
        return
    bounds = {kind: text_at(told, key, place) for key, kind in (*_STARTS.items(), *_ENDS.items()) if told.get(key)}
    end = [{kind: bounds[kind]} for kind in _ENDS.values() if kind in bounds]
    start = bounds.get("introduced") or bounds.get("after") or "0"
    spans = [[{"introduced": start}, *end]] if bounds else []
    yield from _block(cpe.name, spans, [] if bounds or not cpe.version else [cpe.version])


def _zoned(instant: str) -> str:
    """The format allows times without a zone, which are UTC."""
    return f"{instant}Z" if instant and not instant.endswith("Z") and "+" not in instant else instant
