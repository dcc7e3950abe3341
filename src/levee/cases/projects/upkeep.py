"""How an organisation stands to a component."""

from __future__ import annotations

from enum import StrEnum


class Keeps(StrEnum):
    """It makes the component, or ships it in products of its own."""

    MAKES = "makes"
    SHIPS = "ships"
