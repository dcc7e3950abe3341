"""The brief on paper: one sheet, whatever it says. Pure.

It fits by its limits (ten items, short names); should it not, the type gets smaller until it does.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from levee.exposure.brief.content import Brief

MARGIN = 54.0
_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_LEADING = 1.28
Line = tuple[str, str, float, float]  # text, font, size, indent


def as_pdf(brief: Brief) -> bytes:
    """Set it on one sheet of US Letter; the same brief gives the same bytes."""
    _, height = LETTER
    lines = next((set_ for size in _SIZES if _height(set_ := list(_lines(brief, size))) <= height - 2 * MARGIN), None)
    if lines is None:  # thousands of sources; actions alone never come here
        lines = list(_lines(brief, _SIZES[-1]))
    target = BytesIO()
    canvas = Canvas(target, pagesize=LETTER, invariant=True, pageCompression=0, lang="en")
    canvas.setTitle(_writable(brief.title))
    top = height - MARGIN
    for text, font, size, indent in lines:
        top -= size * _LEADING
        if top < MARGIN:
            break
        canvas.setFont(font, size)
        canvas.drawString(MARGIN + indent, top, text)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _height(lines: Iterable[Line]) -> float:
    return sum(size * _LEADING for _, _, size, _ in lines)


def _lines(brief: Brief, size: float) -> Iterator[Line]:
    yield from _wrapped(brief.title, _BOLD, size * 1.35, 0)
    number = 0
    for part, items in brief.parts.items():
        yield "", _PLAIN, size * 0.5, 0
        yield part.value, _BOLD, size * 1.15, 0
        for item in items:
            number += 1
            yield from _wrapped(f"{number}. {item.title} ({item.due})", _BOLD, size, 6)
            yield from _wrapped(" ".join(filter(None, item.sentences)), _PLAIN, size, 20)
        if not items:
            yield "Nothing.", _PLAIN, size, 6
    yield "", _PLAIN, size * 0.5, 0
    for line in brief.closing:
        yield from _wrapped(line, _PLAIN, size, 0)
    yield from _wrapped(f"What this rests on: {'; '.join(brief.rests_on)}.", _PLAIN, size * 0.85, 0)


def _wrapped(text: str, font: str, size: float, indent: float) -> Iterator[Line]:
    width = LETTER[0] - 2 * MARGIN - indent
    for line in simpleSplit(_writable(text), font, size, width):
        kept = line
        while stringWidth(kept, font, size) > width:  # one word that is wider than the sheet
            kept = kept[:-1]
        yield kept, font, size, indent


def _writable(text: str) -> str:
    """What the sheet's built-in type can write (Windows-1252); anything else as a question mark."""
    return text.encode("cp1252", "replace").decode("cp1252")
