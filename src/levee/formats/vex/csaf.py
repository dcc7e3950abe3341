"""CSAF 2.0: what `product_status` says of the products of the tree, with `flags` and `threats` as reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from levee.formats.csaf_read import BY_NAME, CsafProduct, csaf_products, versions_said
from levee.formats.package_identity import fold_name
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, text_at
from levee.formats.vex.head import head, stated
from levee.formats.vex.statement import Product, Status, product_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from levee.formats.vex.head import Head, Odd
    from levee.formats.vex.statement import Statement

WORDS = {
    "known_not_affected": Status.NOT_AFFECTED,
    "known_affected": Status.AFFECTED,
    "first_affected": Status.AFFECTED,
    "last_affected": Status.AFFECTED,
    "fixed": Status.FIXED,
    "first_fixed": Status.FIXED,
    "under_investigation": Status.UNDER_INVESTIGATION,
}


def csaf(document: Mapping[str, Json]) -> Iterator[Statement | Odd]:
    """Every statement, or why it is none that counts."""
    about = object_at(document, "document", "")
    tracking = object_at(about, "tracking", "/document")
    top = head(
        author=text_at(object_at(about, "publisher", "/document"), "name", "/document/publisher"),
        at=text_at(tracking, "current_release_date", "/document/tracking"),
        document=text_at(tracking, "id", "/document/tracking"),
        form="CSAF",
        places=("/document/publisher/name", "/document/tracking/current_release_date"),
        advice="ask for a document that names its publisher, as CSAF demands",
    )
    products = csaf_products(object_at(document, "product_tree", ""))
    for number, item in enumerate(list_at(document, "vulnerabilities", "")):
        place = pointer("/vulnerabilities", number)
        yield from _of_vulnerability(top, products, as_object(item, place), place)


def _of_vulnerability(
    top: Head, products: Mapping[str, CsafProduct], told: Mapping[str, Json], place: str
) -> Iterator[Statement | Odd]:
    names = [text_at(told, "cve", place)]
    names += [text_at(as_object(each, place), "text", place) for each in list_at(told, "ids", place)]
    reasons, details = _reasons(told, place)
    status = object_at(told, "product_status", place)
    for word, meaning in WORDS.items():
        for number, item in enumerate(list_at(status, word, pointer(place, "product_status"))):
            key, here = str(item), pointer(place, "product_status", word, number)
            if key not in products:
                yield here, f"the product tree holds no {key[:60]!r}"
                continue
            product = products[key]
            within = _product(product.within) if product.within else None
            yield stated(
                top,
                _product(product),
                f"{product.vendor} {product.name} {product.said}".strip(),
                here,
                names=names,
                status=meaning,
                justification=reasons.get(key, ""),
                detail=details.get(key, ""),
                within=within,
                apart=product.part and within is None,
            )


def _product(told: CsafProduct) -> Product | None:
    """The product as it is named, by package URL or by maker and name; None where its versions cannot be read."""
    named = product_of(told.purl) if told.purl else _by_name(told)
    if named is None or named.versions:
        return named
    events, versions, doubtful = versions_said(told.said, listed=told.listed)
    if doubtful or (told.said and not (events or versions)):
        return None
    pairs = tuple((kind, version) for event in events for kind, version in event.items())
    return replace(named, versions=tuple(versions), events=pairs)


def _by_name(told: CsafProduct) -> Product | None:
    name = fold_name(BY_NAME, f"{told.vendor}/{told.name}".strip("/"))
    return Product(ecosystem=BY_NAME, name=name) if name else None


def _reasons(told: Mapping[str, Json], place: str) -> tuple[dict[str, str], dict[str, str]]:
    """Why products are not affected: flags are words of a list, threats of category impact are sentences."""
    reasons: dict[str, str] = {}
    details: dict[str, str] = {}
    for item in list_at(told, "flags", place):
        flag = as_object(item, place)
        reasons |= {str(key): text_at(flag, "label", place) for key in list_at(flag, "product_ids", place)}
    for item in list_at(told, "threats", place):
        threat = as_object(item, place)
        if threat.get("category") == "impact":
            details |= {str(key): text_at(threat, "details", place) for key in list_at(threat, "product_ids", place)}
    return reasons, details
