"""The one XML reader: no entities, no fetching, every fault with its line. By defusedxml.

Large files are read part by part, so that memory holds one part and not the file's tree.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from xml.etree.ElementTree import Element

MAX_BYTES = 256 << 20
MAX_DEPTH = 100
_LOOKED_AT = 64 << 10
_ADVICE = "it is cut off or damaged there: export it anew from the tool that made it"
_NAME = re.compile(r"^(?:\{(?P<namespace>[^}]*)\})?(?P<tag>.*)$", re.DOTALL)


class Root(NamedTuple):
    """The first element of a document: its namespace, empty where it has none, and its tag."""

    namespace: str
    tag: str


class Part(NamedTuple):
    """One element of a document with all that is in it, its place, and the elements around it, outermost first.

    The elements around it carry their attributes, and those children that were asked for by `keep`.
    """

    element: Element
    place: str
    around: tuple[Element, ...]


class _First(Exception):
    """Carries the first element out of the parser."""


class _Target:
    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        raise _First(tag)

    def close(self) -> None:
        """Nothing was found."""


def root_of(head: bytes) -> Root | None:
    """The root of a document, from its first bytes; None where they are no XML or hold no element.

    Raises:
        BadInput: entities are declared before it.
    """
    parser = DefusedXMLParser(target=_Target(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(head[:_LOOKED_AT])
    except _First as found:
        return Root(*_split(str(found)))
    except DefusedXmlException as error:
        raise _bomb(error) from error
    except (ParseError, ValueError, LookupError):
        return None
    return None


def tag_of(element: Element) -> str:
    """An element's tag without its namespace."""
    return _split(element.tag)[1]


def child(element: Element, tag: str) -> Element | None:
    """The first child of that tag, whatever its namespace."""
    return next((each for each in element if tag_of(each) == tag), None)


def children(element: Element, tag: str) -> Iterator[Element]:
    """The children of that tag, whatever their namespace."""
    return (each for each in element if tag_of(each) == tag)


def text_in(element: Element | None, *path: str) -> str:
    """The text of the element at the end of a path of tags, stripped; empty where there is none."""
    for tag in path:
        element = None if element is None else child(element, tag)
    return "" if element is None else (element.text or "").strip()


def parts(data: bytes, tags: Collection[str], *, keep: Collection[str] = ()) -> Iterator[Part]:
    """Every element of these tags, in the order in which they end; an element inside another of them comes with it.

    Args:
        data: the document.
        tags: without namespaces.
        keep: tags whose elements stay in place around the parts, so that later parts can ask them. Everything else
            is forgotten once it is passed.

    Raises:
        BadInput: no XML, entities are declared, or it ends too soon; `place` is a line and column.
        TooLarge: over 256 MiB, or nested more than 100 deep.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="xml.too_large")
    around: list[Element] = []
    counts: list[dict[str, int]] = [{}]
    places: list[str] = [""]
    inside = 0
    for event, element in _events(data):
        tag = tag_of(element)
        if event == "start":
            counts[-1][tag] = counts[-1].get(tag, 0) + 1
            places.append(f"{places[-1]}/{tag}[{counts[-1][tag]}]")
            counts.append({})
            around.append(element)
            if len(around) > MAX_DEPTH:
                raise TooLarge(f"nested more than {MAX_DEPTH} deep", code="xml.too_deep", place=places[-1][-200:])
            inside += tag in tags
            continue
        around.pop()
        counts.pop()
        place = places.pop()
        inside -= tag in tags
        if inside:
            continue
        if tag in tags:
            yield Part(element, place, tuple(around))
        if around and tag not in keep and not any(tag_of(each) in keep for each in around[1:]):
            around[-1].remove(element)


def _events(data: bytes) -> Iterator[tuple[str, Element]]:
    try:
        yield from iterparse(
            io.BytesIO(data), ("start", "end"), forbid_dtd=False, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException as error:
        raise _bomb(error) from error
    except ParseError as error:
        line, column = error.position
        place = f"line {line}, column {column + 1}"
        message = f"not XML: {str(error).partition(':')[0]}"
        raise BadInput(message, code="xml.syntax", place=place, advice=_ADVICE) from error
    except (ValueError, LookupError) as error:
        raise BadInput(f"not XML: {error}", code="xml.encoding", place="line 1", advice="save it as UTF-8") from error


def _split(name: str) -> tuple[str, str]:
    found = _NAME.match(name)
    return (found["namespace"] or "", found["tag"]) if found else ("", name)


def _bomb(error: DefusedXmlException) -> BadInput:
    return BadInput(
        "it declares entities, which no inventory needs and attacks use",
        code="xml.entities",
        place=f"entity {getattr(error, 'name', '') or 'outside the file'}"[:100],
        advice="export the file again from the tool that made it",
    )
