"""CSAF 2.0 read as OSV records: one for each vulnerability, so that matching has one kind of advisory.

A product with a package URL becomes that package. One without is known by vendor and product name
(`siemens/simatic-s7-1200` in the ecosystem without a package manager). One with a CPE is known by that as well, for
whoever has nothing better. Versions in words are read as far as they are
dotted numbers; the rest is left open and answered as unknown, never guessed and never dropped.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

from levee.formats.cpe import read_cpe
from levee.formats.loosely import CPE, NAME, product_name
from levee.formats.package_identity import identity_of_text
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_BYTES = 16 << 20
BY_NAME = "GIT"
_VERS = re.compile(r"vers:[a-z0-9.+-]+/")
_ALL = re.compile(r"(?:all(?: [a-z]+)? versions?|all|any|\*)?[,:]?", re.IGNORECASE)
_BOUND = re.compile(r"\s*(?:\||,|and)?\s*(<=|>=|<|>|=)?\s*[vV]?([0-9]+(?:\.[0-9]+)*)(?=\s|\||,|[<>=]|$)")
_SUFFIX = re.compile(r"\s*(?:SP|HF|Update|Upd|Patch|Build|R|Rev)\.? ?[0-9]+", re.IGNORECASE)
_NOTHING_SAID: dict[str, Any] = {}


def read_csaf(data: bytes) -> Sequence[dict[str, Any]]:
    """The OSV records of a CSAF document, one for each vulnerability; without packages where no product is affected.

    Raises:
        BadInput: it is no CSAF document; `place` is a JSON pointer. TooLarge: over 16 MiB or 40 levels.
    """
    return csaf_records(as_object(read_json(data, max_bytes=MAX_BYTES), ""))


def csaf_records(document: Mapping[str, Json]) -> Sequence[dict[str, Any]]:
    """As `read_csaf`, from plain values."""
    if not is_csaf(document):
        raise BadInput("this is no CSAF document", code="csaf.unknown", place="/document")
    products = csaf_products(object_at(document, "product_tree", ""))
    vulnerabilities = list_at(document, "vulnerabilities", "")
    records = []
    for number, item in enumerate(vulnerabilities):
        place = pointer("/vulnerabilities", number)
        told = as_object(item, place)
        affected = _affected(told, place, products)
        records.append(_record(document, told, place, affected, alone=len(vulnerabilities) == 1))
    return records


def is_csaf(document: Mapping[str, Json]) -> bool:
    """Whether a JSON document claims to be CSAF."""
    head = document.get("document")
    return isinstance(head, dict) and "csaf_version" in head


def _record(
    document: Mapping[str, Json], told: Mapping[str, Json], place: str, affected: list[dict[str, Any]], *, alone: bool
) -> dict[str, Any]:
    head = object_at(document, "document", "")
    tracking = object_at(head, "tracking", "/document")
    name = text_at(tracking, "id", "/document/tracking")
    cve = text_at(told, "cve", place)
    other = [text_at(as_object(each, place), "text", place) for each in list_at(told, "ids", place)]
    if not name:
        raise BadInput("a CSAF document has a tracking id", code="csaf.id", place="/document/tracking/id")
    part = cve or next(iter(other), "") or place.rpartition("/")[2]
    return {
        "id": name if alone else f"{name}:{part}",
        "modified": text_at(tracking, "current_release_date", "/document/tracking"),
        "published": text_at(tracking, "initial_release_date", "/document/tracking"),
        "aliases": [each for each in (cve, *other) if each],
        "summary": text_at(told, "title", place) or text_at(head, "title", "/document"),
        "affected": affected,
    }


class CsafProduct:
    """A product of the tree: what it is called, which versions are meant, and as a part of what."""

    def __init__(self, node: Mapping[str, Json], path: Mapping[str, str], place: str) -> None:
        helper = object_at(node, "product_identification_helper", place)
        self.purl = text_at(helper, "purl", place)
        self.cpe = read_cpe(text_at(helper, "cpe", place))
        self.vendor = path.get("vendor", "")
        self.name = path.get("product_name") or path.get("product_family") or text_at(node, "name", place)
        self.said = path.get("product_version_range") or path.get("product_version") or ""
        self.listed = "product_version" in path
        self.part = False
        self.within: CsafProduct | None = None

    def blocks(self) -> Iterator[dict[str, Any]]:
        """The OSV blocks that say the same."""
        identity = identity_of_text(self.purl) if self.purl else None
        package = (
            {"ecosystem": identity.ecosystem, "name": identity.name}
            if identity
            else {"ecosystem": BY_NAME, "name": f"{self.vendor}/{self.name}".strip("/")}
        )
        if not package["name"]:
            return
        certain, versions, open_at = versions_said(self.said, listed=self.listed)
        if certain or versions:
            ranges = [{"type": "ECOSYSTEM", "events": certain}] if certain else []
            yield {"package": package, "ranges": ranges, "versions": versions}
        elif not open_at:
            yield {"package": package}  # which versions is not said in a way that has an order: unknown
        if open_at:
            events = _only(open_at)
            doubtful = {**package, "ecosystem": f"{package['ecosystem']}:{self.said.strip()[:100].replace(':', ' ')}"}
            yield {"package": doubtful, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        if identity is None or identity.ecosystem == BY_NAME:  # a package of its own is never met by a looser name
            yield from self._loosely([each for each in (certain, _only(open_at)) if each], versions)

    def _loosely(self, spans: list[list[dict[str, str]]], versions: list[str]) -> Iterator[dict[str, Any]]:
        """Blocks for those who know no more than its CPE or name; without a version, these would be about all of it."""
        ranges = [{"type": "ECOSYSTEM", "events": events} for events in spans]
        named = versions or ([self.cpe.version] if self.cpe and self.cpe.version and not ranges else [])
        if self.cpe and (ranges or named):
            yield {"package": {"ecosystem": CPE, "name": self.cpe.name}, "ranges": ranges, "versions": named}
        names = dict.fromkeys((product_name(self.vendor, self.name), product_name("", self.name)))
        for name in filter(None, names if ranges or versions else ()):
            yield {"package": {"ecosystem": NAME, "name": name}, "ranges": ranges, "versions": versions}


def _only(version: str) -> list[dict[str, str]]:
    return [{"introduced": version}, {"last_affected": version}] if version else []


def csaf_products(tree: Mapping[str, Json]) -> Mapping[str, CsafProduct]:
    """The products of a tree by their ids; one that is a part of another, or installed on it, says so in `within`."""
    place = "/product_tree"
    known: dict[str, CsafProduct] = {}
    for at, item in enumerate(list_at(tree, "full_product_names", place)):
        here = pointer(place, "full_product_names", at)
        node = as_object(item, here)
        known[text_at(node, "product_id", here)] = CsafProduct(node, _NOTHING_SAID, here)
    top = enumerate(list_at(tree, "branches", place))
    waiting: list[tuple[Json, str, dict[str, str]]] = [(item, pointer(place, "branches", at), {}) for at, item in top]
    while waiting:
        item, here, path = waiting.pop()
        branch = as_object(item, here)
        below = {**path, text_at(branch, "category", here): text_at(branch, "name", here)}
        leaf = object_at(branch, "product", here)
        if leaf:
            known[text_at(leaf, "product_id", here)] = CsafProduct(leaf, below, here)
        inner = list_at(branch, "branches", here)
        waiting += [(each, pointer(here, "branches", at), below) for at, each in enumerate(inner)]
    for at, item in enumerate(list_at(tree, "relationships", place)):
        here = pointer(place, "relationships", at)
        told = as_object(item, here)
        part = known.get(text_at(told, "product_reference", here))
        if part is not None:  # what is affected is so whatever it is installed on; what is excused only there
            found = copy(part)
            found.part, found.within = True, known.get(text_at(told, "relates_to_product_reference", here))
            known[text_at(object_at(told, "full_product_name", here), "product_id", here)] = found
    return known


def _affected(told: Mapping[str, Json], place: str, products: Mapping[str, CsafProduct]) -> list[dict[str, Any]]:
    status = object_at(told, "product_status", place)
    keys = [
        str(key)
        for word in ("first_affected", "known_affected", "last_affected")
        for key in list_at(status, word, pointer(place, "product_status"))
    ]
    return [block for key in dict.fromkeys(keys) if key in products for block in products[key].blocks()]


def versions_said(text: str, *, listed: bool = False) -> tuple[list[dict[str, str]], list[str], str]:
    """Versions in the words of an advisory.

    Args:
        text: `< V4.33`, `vers:all/>=2.5|<2.6.1`, `All versions`, `1.3 | 1.4`, `< V14 SP2`, ...
        listed: whether bare numbers are versions themselves.

    Returns:
        Range events; versions that are named themselves; and a version at which words decide that have no order
        (`14` of `< V14 SP2`). All empty: nothing in it has an order.
    """
    rest = _VERS.sub("", text.strip(), count=1)
    lead = _ALL.match(rest)
    everything = bool(lead and lead[0].strip(" ,:"))
    rest = rest[lead.end() :].strip() if lead else rest
    events: list[dict[str, str]] = []
    versions: list[str] = []
    while rest and (bound := _BOUND.match(rest)):
        sign, version = bound[1], bound[2]
        rest = rest[bound.end() :]
        suffix = _SUFFIX.match(rest)
        if suffix and sign in {"<", "<="} and not _SUFFIX.sub("", rest).strip():
            return _opened(events, {"fixed": version}), [], version
        if sign in {"<", "<="}:
            events = _opened(events, {"fixed" if sign == "<" else "last_affected": version})
        elif sign in {">", ">="}:
            events.append({"introduced": version})
        else:
            versions.append(version)
    if rest or (versions and not (listed or events == [])):
        return [], [], ""
    if everything and not events and not versions:
        events = [{"introduced": "0"}]
    return events, versions, ""


def _opened(events: list[dict[str, str]], end: dict[str, str]) -> list[dict[str, str]]:
    """The events with an end, and with a start before it where none is open."""
    start = [] if events and "introduced" in events[-1] else [{"introduced": "0"}]
    return [*events, *start, end]
