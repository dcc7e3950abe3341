"""The brief as plain text of at most 80 columns, for a mail, a terminal or a printer. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.exposure.brief.content import Brief, Item

COLUMNS = 80


def as_text(brief: Brief) -> str:
    """Set it as text."""
    return "\n".join(_lines(brief)) + "\n"


def _lines(brief: Brief) -> Iterator[str]:
    yield from textwrap.wrap(brief.title, COLUMNS)
    number = 0
    for part, items in brief.parts.items():
        yield from ("", part.upper())
        for item in items:
            number += 1
            yield from _item(item, number)
        if not items:
            yield "  Nothing."
    if brief.closing:
        yield ""
    for line in brief.closing:
        yield from textwrap.wrap(line, COLUMNS)
    yield from ("", "WHAT THIS RESTS ON")
    for line in brief.rests_on:
        yield from textwrap.wrap(line, COLUMNS, initial_indent="  ", subsequent_indent="    ")


def _item(item: Item, number: int) -> Iterator[str]:
    yield from textwrap.wrap(
        f"{item.title} ({item.due})", COLUMNS, initial_indent=f"{number:>3}. ", subsequent_indent=" " * 5
    )
    yield from textwrap.wrap(
        " ".join(filter(None, item.sentences)), COLUMNS, initial_indent=" " * 5, subsequent_indent=" " * 5
    )
