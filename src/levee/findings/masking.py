"""Hiding passages in text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDDEN = "█"


def mask(text: str, passages: Iterable[str]) -> str:
    """The text with every character of every occurrence of a passage hidden; passages may overlap."""
    hidden = {
        at for passage in passages for start in _starts(text, passage) for at in range(start, start + len(passage))
    }
    return "".join(HIDDEN if at in hidden else letter for at, letter in enumerate(text)) if hidden else text


def count(text: str, passage: str) -> int:
    """How often a passage occurs."""
    return sum(1 for _ in _starts(text, passage))


def occurs(passage: str, document: bytes) -> bool:
    """Whether a JSON document holds a passage, written plainly or with escapes."""
    text = document.decode("utf-8", "replace")
    spellings = (passage, json.dumps(passage)[1:-1], json.dumps(passage, ensure_ascii=False)[1:-1])
    return any(spelling in text for spelling in spellings)


def _starts(text: str, passage: str) -> Iterator[int]:
    at = text.find(passage)
    while at >= 0:
        yield at
        at = text.find(passage, at + 1)
