"""A graph as SVG: boxes where they are placed, and an arrow for each step; what goes both ways bends apart."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDE, HIGH = 104, 34
_APART, _CURVED = 34, 0.14  # how far an arrow bends aside: pixels at least, or a share of its length
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b2b3a;text-anchor:middle}"
    ".verb{font-size:11px;fill:#4a5a68;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    "rect{fill:#eef4f9;stroke:#2a6aa3;stroke-width:1.5}.start{stroke-width:3}.end{fill:#dfe7d8;stroke:#4b6b32}"
    ".brief{fill:#fbe9d7;stroke:#a35a1a}path{fill:none;stroke:#5b6b79;stroke-width:1.3}"
)

_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" style="fill:#5b6b79;stroke:none"/></marker></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What is drawn.

    Attributes:
        title: read out to who cannot see it.
        places: each box's middle, in pixels.
        marks: boxes of a special look: start, end or brief.
        arrows: from, word, to.
    """

    title: str
    places: Mapping[str, tuple[int, int]]
    marks: Mapping[str, str]
    arrows: Sequence[tuple[str, str, str]]

    def svg(self) -> str:
        """The picture's text, the same for the same graph."""
        wide = max(x for x, _ in self.places.values()) + WIDE
        high = max(y for _, y in self.places.values()) + HIGH + 14
        together: dict[tuple[str, str], list[str]] = {}
        for before, word, after in self.arrows:
            together.setdefault((before, after), []).append(word)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img">',
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style>",
            _TIP,
            *(self._arrow(before, " / ".join(words), after) for (before, after), words in together.items()),
            *(self._box(name, place) for name, place in self.places.items()),
            "</svg>",
        ]
        return "\n".join(lines) + "\n"

    def _box(self, name: str, place: tuple[int, int]) -> str:
        x, y = place
        shape = f'<rect class="{self.marks.get(name, "")}" x="{x - WIDE // 2}" y="{y - HIGH // 2}" rx="6"'
        return f'{shape} width="{WIDE}" height="{HIGH}"/><text x="{x}" y="{y + 4}">{escape(name)}</text>'

    def _arrow(self, before: str, words: str, after: str) -> str:
        (x, y), (to_x, to_y) = self.places[before], self.places[after]
        if before == after:
            bow = f"M{x - 18} {y - HIGH // 2}C{x - 40} {y - 58},{x + 40} {y - 58},{x + 18} {y - HIGH // 2}"
            return f'<path d="{bow}" marker-end="url(#tip)"/>{_word(x, y - 46, words)}'
        start, end = _border(x, y, to_x, to_y), _border(to_x, to_y, x, y)
        bend = _bend(start, end)
        middle = ((start[0] + 2 * bend[0] + end[0]) // 4, (start[1] + 2 * bend[1] + end[1]) // 4)
        curve = f"M{start[0]} {start[1]}Q{bend[0]} {bend[1]} {end[0]} {end[1]}"
        return f'<path d="{curve}" marker-end="url(#tip)"/>{_word(*middle, words)}'


def _word(x: int, y: int, words: str) -> str:
    return f'<text class="verb" x="{x}" y="{y + 4}">{escape(words)}</text>' if words else ""


def _border(x: int, y: int, to_x: int, to_y: int) -> tuple[int, int]:
    """Where a straight line from the middle of a box leaves it."""
    along, down = to_x - x, to_y - y
    share = min(
        WIDE / 2 / abs(along) if along else float("inf"),
        HIGH / 2 / abs(down) if down else float("inf"),
    )
    return round(x + along * share), round(y + down * share)


def _bend(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
    """A point to the right of the way, so that there and back do not meet, nor their words."""
    along, down = end[0] - start[0], end[1] - start[1]
    aside = max(_APART / max(1.0, hypot(along, down)), _CURVED)
    return round((start[0] + end[0]) / 2 - down * aside), round((start[1] + end[1]) / 2 + along * aside)
