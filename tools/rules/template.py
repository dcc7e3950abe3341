"""Rules over templates: escaped always, and nothing that the content security policy would block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.rules.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNESCAPED = "foreign text would stand on the page as markup"
_PATTERNS = (
    ("unescaped", r"\|\s*(?:safe|safeseq)\b", _UNESCAPED),
    ("unescaped", r"\{%\s*autoescape\s+off", _UNESCAPED),
    ("inline", r"<style\b|<[^>]*\sstyle\s*=", "the policy blocks inline styles; use a class"),
    ("inline", r"<[^>]*\s(?:on[a-z]+|hx-on[\w:-]*)\s*=", "the policy blocks inline handlers"),
    ("inline", r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)", "the policy blocks inline scripts; use a file"),
    ("inline", r"<(?:script|link|img)\b[^>]*=\s*[\"'](?:https?:)?//", "the policy blocks files from elsewhere"),
)


def breaches(text: str) -> Iterator[Breach]:
    """What one template breaks."""
    for rule, pattern, message in _PATTERNS:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield Breach(text.count("\n", 0, found.start()) + 1, rule, message)
