"""The text of a letter that was sent as HTML alone: no styles, no scripts, nothing fetched, nothing that it quotes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"})
_QUOTED = frozenset({"blockquote"})
_LINES = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol", "hr"})
_QUOTE_CLASSES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")
_BLANKS = re.compile(r"\s+")
_QUOTE_IDS = ("appendonsend", "divrplyfwdmsg")


class _Reader(HTMLParser):
    """Goes through it once, and holds no tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._within: list[str] = []
        self.over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what is unseen or quoted, and begin lines."""
        named = {name: (value or "").lower() for name, value in attrs}
        quoted = any(each in named.get("class", "") for each in _QUOTE_CLASSES)
        self.over |= quoted or named.get("id", "") in _QUOTE_IDS  # an older letter follows
        if tag in _UNSEEN | _QUOTED:
            self._within.append(tag)
        if tag in _LINES:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Come out of it."""
        if tag in self._within:
            while self._within and self._within.pop() != tag:
                pass
        if tag in _LINES:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """Take what is seen."""
        if not self._within and not self.over:
            self.said.append(_BLANKS.sub(" ", data))


def text_of_markup(markup: str) -> str:
    """What a reader would see of it, a line for each block."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = "".join(reader.said).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)
