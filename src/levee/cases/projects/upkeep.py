"""How an organisation stands to a component."""

from __future__ import annotations

from enum import StrEnum


class Keeps(StrEnum):
    """It makes the component, ships it in products of its own, or runs it."""

    MAKES = "makes"
    SHIPS = "ships"
    RUNS = "runs"


HANDS_ON = frozenset({Keeps.MAKES, Keeps.SHIPS})
"""How those stand to it who are told of its flaws before they are public, because they can mend it for others."""
