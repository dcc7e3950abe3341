"""CycloneDX 1.0 to 1.7 (ECMA-424) as XML: the same components as in JSON, part by part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.sbom import (
    MAX_DEPTH,
    NEWER,
    SPECIFICATIONS,
    Misread,
    Sbom,
    SbomComponent,
    facts_in,
    purl_in,
    source_in,
)
from levee.formats.strict_xml import child, children, parts, root_of, tag_of, text_in
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_NAMESPACE = re.compile(r"^http://cyclonedx\.org/schema/bom/(?P<version>\d+\.\d+)$")


def is_cyclonedx(namespace: str, tag: str) -> bool:
    """Whether a root element is that of a CycloneDX document."""
    return tag == "bom" and namespace.startswith("http://cyclonedx.org/schema/bom/")


def read_cyclonedx_xml(data: bytes) -> Sbom:
    """Read a document.

    Raises:
        BadInput: not XML, entities, or a version that is not read. TooLarge: over 256 MiB, or bottomless.
    """
    root = root_of(data)
    if root is None:
        list(parts(data, ()))  # names the place
        raise BadInput("not a CycloneDX document", code="sbom.format", place="line 1")
    version = _NAMESPACE.match(root.namespace)
    if version is None or version["version"] not in SPECIFICATIONS:
        stated = root.namespace.rpartition("/")[2][:20]
        message = f"CycloneDX {stated!r} is not read, only 1.2 to 1.7"
        raise BadInput(message, code="sbom.version", place="/bom", advice=NEWER)
    subject: SbomComponent | None = None
    found: list[SbomComponent] = []
    bad: list[Misread] = []
    made_at = ""
    for part in parts(data, {"component", "timestamp"}):
        where = [tag_of(each) for each in part.around]
        if tag_of(part.element) == "timestamp":
            made_at = (part.element.text or "").strip() if where == ["bom", "metadata"] else made_at
        elif where == ["bom", "metadata"]:
            one = _component(part.element, part.place)
            subject = one if isinstance(one, SbomComponent) else subject
        elif where == ["bom", "components"]:
            for each in _walk(part.element, part.place, 1):
                if isinstance(each, SbomComponent):
                    found.append(each)
                else:
                    bad.append(each)
    return Sbom(
        format=f"CycloneDX {version['version']}",
        subject=subject,
        components=tuple(found),
        not_understood=tuple(bad),
        made_at=made_at,
    )


def _walk(element: Element, place: str, depth: int) -> Iterator[SbomComponent | Misread]:
    yield _component(element, place)
    inside = child(element, "components")
    if inside is None:
        return
    if depth == MAX_DEPTH:
        yield Misread(place=f"{place}/components[1]", reason=f"nested more than {MAX_DEPTH} deep")
        return
    for number, each in enumerate(children(inside, "component"), 1):
        yield from _walk(each, f"{place}/components[1]/component[{number}]", depth + 1)


def _component(element: Element, place: str) -> SbomComponent | Misread:
    name = text_in(element, "name")
    if not name:
        return Misread(place=place, reason="a component without a name")
    held = child(element, "properties")
    properties = [
        (each.get("name", ""), (each.text or "").strip() or each.get("value", ""))
        for each in (() if held is None else children(held, "property"))
    ]
    return SbomComponent(
        place=place,
        type=element.get("type", ""),
        name=name,
        version=text_in(element, "version"),
        group=text_in(element, "group"),
        purl=text_in(element, "purl") or purl_in(name),
        cpe=text_in(element, "cpe"),
        source_name=source_in(properties),
        reference=element.get("bom-ref", ""),
        facts=facts_in(properties),
    )
