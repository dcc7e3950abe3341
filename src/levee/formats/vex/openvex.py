"""OpenVEX 0.2.0, as far as statements go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, text_at
from levee.formats.vex.head import head, instant, known, stated
from levee.formats.vex.statement import Product, Status, product_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from levee.formats.vex.head import Head, Odd
    from levee.formats.vex.statement import Statement

CONTEXT = "https://openvex.dev/ns/v0.2.0"
WORDS = {each.value: each for each in Status}


def openvex(document: Mapping[str, Json]) -> Iterator[Statement | Odd]:
    """Every statement, or why it is none that counts."""
    top = head(
        author=text_at(document, "author", ""),
        at=text_at(document, "timestamp", ""),
        document=text_at(document, "@id", ""),
        form="OpenVEX",
        places=("/author", "/timestamp"),
        advice="ask for a document that names its author, as OpenVEX demands",
    )
    for number, item in enumerate(list_at(document, "statements", "")):
        yield from _statement(top, as_object(item, pointer("/statements", number)), pointer("/statements", number))


def _statement(top: Head, said: Mapping[str, Json], place: str) -> Iterator[Statement | Odd]:
    told = said.get("vulnerability")
    names = [told] if isinstance(told, str) else _names(object_at(said, "vulnerability", place), place)
    at = text_at(said, "last_updated", place) or text_at(said, "timestamp", place)
    products = list_at(said, "products", place)
    if not products:
        yield place, "it names no product"
    for number, product in enumerate(products):
        here = pointer(place, "products", number)
        for text, product_named, within, apart in _packages(product, here):
            yield stated(
                top,
                product_named,
                text,
                here,
                names=names,
                status=known(text_at(said, "status", place), WORDS, place),
                justification=text_at(said, "justification", place),
                detail=text_at(said, "impact_statement", place) or text_at(said, "status_notes", place),
                at=instant(at, place) if at else None,
                within=within,
                apart=apart,
            )


def _names(told: Mapping[str, Json], place: str) -> list[str]:
    return [text_at(told, "name", place), *(str(each) for each in list_at(told, "aliases", place))]


def _packages(entry: Json, place: str) -> Iterator[tuple[str, Product | None, Product | None, bool]]:
    """What a product's entry is about: its parts, within it, where it names any; else itself."""
    if isinstance(entry, str):
        yield entry, product_of(entry), None, False
        return
    around = as_object(entry, place)
    text = _purl(around, place)
    whole = product_of(text)
    parts = list_at(around, "subcomponents", place)
    for part in parts:
        inner = part if isinstance(part, str) else _purl(as_object(part, place), place)
        yield inner, product_of(inner), whole, whole is None
    if not parts:
        yield text, whole, None, False


def _purl(entry: Mapping[str, Json], place: str) -> str:
    return text_at(object_at(entry, "identifiers", place), "purl", place) or text_at(entry, "@id", place)
