"""CycloneDX as XML (ECMA-424): what its vulnerabilities' analyses need, in the shape of the same document as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.sbom_xml import is_cyclonedx
from levee.formats.strict_xml import child, children, parts, root_of, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from levee.formats.strict_json import Json

_FIRMS = ("supplier", "manufacturer", "manufacture")
_ANALYSIS = ("state", "justification", "detail", "firstIssued", "lastUpdated")


def cyclonedx_document(data: bytes) -> dict[str, Json] | None:
    """The document in JSON's shape; None where it is no CycloneDX.

    Places in what is made of it are JSON pointers: positions among the elements of one kind, counted from 0.

    Raises:
        BadInput: not XML, or entities are declared. TooLarge: over 256 MiB, or nested more than 100 deep.
    """
    root = root_of(data)
    if root is None or not is_cyclonedx(*root):
        return None
    (whole,) = parts(data, {"bom"})
    bom = whole.element
    metadata = child(bom, "metadata")
    return {
        "bomFormat": "CycloneDX",
        "serialNumber": bom.get("serialNumber", ""),
        "metadata": {} if metadata is None else _metadata(metadata),
        "components": [_component(each) for each in _listed(bom, "components", "component")],
        "vulnerabilities": [_vulnerability(each) for each in _listed(bom, "vulnerabilities", "vulnerability")],
    }


def _metadata(element: Element) -> dict[str, Json]:
    component = child(element, "component")
    return {
        "timestamp": text_in(element, "timestamp"),
        "authors": [{"name": text_in(each, "name")} for each in _listed(element, "authors", "author")],
        **_firms(element),
        **({} if component is None else {"component": _component(component) | _firms(component)}),
    }


def _firms(element: Element) -> dict[str, Json]:
    return {name: {"name": text_in(element, name, "name")} for name in _FIRMS if child(element, name) is not None}


def _component(element: Element) -> dict[str, Json]:
    return {
        "bom-ref": element.get("bom-ref", ""),
        "purl": text_in(element, "purl"),
        "publisher": text_in(element, "publisher"),
        "components": [_component(each) for each in _listed(element, "components", "component")],
    }


def _vulnerability(element: Element) -> dict[str, Json]:
    analysis = child(element, "analysis")
    told: dict[str, Json] = {name: text for name in _ANALYSIS if (text := text_in(analysis, name))}
    return {
        "id": text_in(element, "id"),
        "references": [{"id": text_in(each, "id")} for each in _listed(element, "references", "reference")],
        "analysis": told,
        "affects": [_target(each) for each in _listed(element, "affects", "target")],
    }


def _target(element: Element) -> dict[str, Json]:
    versions = _listed(element, "versions", "version")
    return {
        "ref": text_in(element, "ref"),
        "versions": [
            {name: text for name in ("version", "range", "status") if (text := text_in(each, name))}
            for each in versions
        ],
    }


def _listed(element: Element, group: str, tag: str) -> Iterator[Element]:
    inside = child(element, group)
    return iter(()) if inside is None else children(inside, tag)
