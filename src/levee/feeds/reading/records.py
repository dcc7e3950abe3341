"""Advisories: OSV in JSON (and CVE records as such), YAML and RustSec's Markdown; CSAF 2.0 and 2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.feeds.kinds import Kind
from levee.feeds.reading.items import Document, Heading, Item, Member, Refusal, instant, refusal
from levee.formats.cve_record import cve_as_osv, is_cve_record
from levee.formats.osv import osv_record, rustsec_document, yaml_document
from levee.formats.strict_json import Json, as_object, object_at, read_json, text_at
from levee.kernel.errors import BadInput, LeveeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

_NO_YEAR = 1990
_TEXT = ("README", "CHANGELOG", "LICENSE", "CONTRIBUTING", "TEMPLATE")
_NOT_DOCUMENTS = (".sha256", ".sha512", ".asc", ".sig", ".csv", ".txt", ".html", ".py", ".lock", ".gitignore")
_NOT_ADVISORIES = ("provider-metadata.json", "aggregator.json", "package.json", "cosign.json")


def osv(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """OSV records of any spelling, each checked as a whole."""
    return _each(source, _osv)


def csaf(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """CSAF documents; their matching part is read where they are matched."""
    return _each(source, _csaf)


def _each(source: Iterable[Member | Refusal], read: Callable[[Member], Document | None]) -> Iterator[Item]:
    newest: datetime | None = None
    for member in source:
        if isinstance(member, Refusal):
            yield member
            continue
        try:
            found = read(member)
        except LeveeError as error:
            yield refusal(member.place, error)
            continue
        if found is not None:
            newest = found.modified if newest is None else max(newest, found.modified)
            yield found
    yield Heading(newest)


def _osv(member: Member) -> Document | None:
    name = member.place.rpartition("/")[2]
    if name.endswith((".yaml", ".yml")):
        value: object = yaml_document(member.data)
    elif name.endswith(".md"):
        if name.upper().startswith(_TEXT):
            return None
        value = rustsec_document(member.data)
    elif name.endswith(_NOT_DOCUMENTS) or name in _NOT_ADVISORIES:
        return None
    else:
        value = read_json(member.data)
        value = cve_as_osv(value) if is_cve_record(value) else value
    return _checked_osv(value)


def check(kind: Kind, value: object) -> Document:
    """A document of a kind, checked as a whole.

    Raises:
        BadInput: it is none; `place` is a JSON pointer.
    """
    return _checked_csaf(as_object(value, "")) if kind is Kind.CSAF else _checked_osv(value)


def _checked_osv(value: object) -> Document:
    record = osv_record(value)
    # a source that keeps no dates of change writes the year 1: then it is of its publication
    modified = record.modified if record.modified.year > _NO_YEAR else record.published or record.modified
    return Document.of(record.id, modified, value)


def _csaf(member: Member) -> Document | None:
    name = member.place.rpartition("/")[2]
    if not name.endswith(".json") or name in _NOT_ADVISORIES:
        return None
    value = as_object(read_json(member.data), "")
    if "document" not in value and "feed" in value:
        return None  # a ROLIE feed beside the documents
    return _checked_csaf(value)


def _checked_csaf(value: Mapping[str, Json]) -> Document:
    document = object_at(value, "document", "")
    tracking = object_at(document, "tracking", "/document")
    version = text_at(document, "csaf_version", "/document")
    if version not in {"2.0", "2.1"}:
        raise BadInput("CSAF 2.0 or 2.1 is read", code="csaf.version", place="/document/csaf_version")
    identifier = text_at(tracking, "id", "/document/tracking")
    if not identifier:
        raise BadInput("a document has an id", code="csaf.id", place="/document/tracking/id")
    place = "/document/tracking/current_release_date"
    return Document.of(identifier, instant(text_at(tracking, "current_release_date", place), place), value)
