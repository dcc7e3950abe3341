"""What all three formats share: who says it and when, and what makes a statement one that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from levee.formats.vex.statement import Product, Statement, Status
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Odd = tuple[str, str]
"""A place and what is wrong there: nothing is passed over in silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Of a document: its author, date, name and format."""

    author: str
    at: datetime
    document: str
    format: str


def head(*, author: str, at: str, document: str, form: str, places: tuple[str, str], advice: str) -> Head:
    """The head of a document that says who speaks and when.

    Args:
        author: who says it.
        at: RFC 3339.
        document: its name.
        form: the format's name.
        places: JSON pointers to where author and date belong.
        advice: what to do where the author is missing.

    Raises:
        BadInput: it does not say who speaks, or when.
    """
    if not author.strip():
        message = "nobody says this: a statement without an author excuses nothing"
        raise BadInput(message, code="vex.author", place=places[0], advice=advice)
    return Head(author=author.strip(), at=instant(at, places[1]), document=document.strip(), format=form)


def instant(text: str, place: str) -> datetime:
    """A date of a statement: a newer one overrides an older one, so that it cannot do without.

    Raises:
        BadInput: there is none, or none that can be read.
    """
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{text[:40]!r} is no date" if text else "the document does not say when this was said"
        advice = "a newer statement overrides an older one: ask its author for a dated one"
        raise BadInput(message, code="vex.date", place=place, advice=advice) from error


def known(word: str, words: Mapping[str, Status], place: str) -> Status:
    """The status that a format's word means.

    Raises:
        BadInput: it is none of the format's words.
    """
    if word not in words:
        raise BadInput(f"{word[:40]!r} is no status", code="vex.status", place=place)
    return words[word]


def stated(
    top: Head,
    product: Product | None,
    named: str,
    place: str,
    *,
    names: Iterable[str],
    status: Status,
    justification: str = "",
    detail: str = "",
    at: datetime | None = None,
    within: Product | None = None,
    apart: bool = False,
) -> Statement | Odd:
    """A statement that counts, or its place and why it does not."""
    wanted = tuple(dict.fromkeys(name for name in names if name))
    if product is None:
        return place, f"{named[:120]!r} names no package that advisories know"
    if not wanted:
        return place, "it does not say which vulnerability is meant"
    if status is Status.NOT_AFFECTED and not (justification or detail):
        return place, f"it gives no reason why {product} is not affected, so that it excuses nothing"
    if status is Status.FIXED and not product.exactness:
        return place, f"it does not say which version of {product} is fixed, so that it excuses nothing"
    return Statement(
        vulnerabilities=wanted,
        product=product,
        within=within,
        apart=apart,
        status=status,
        justification=justification,
        detail=detail,
        author=top.author,
        at=at or top.at,
        document=top.document,
        format=top.format,
        place=place,
    )
