"""How far work is that takes more than a moment, told while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Tell: TypeAlias = "Callable[[str, int, int | None], None]"
"""Hears what is being done, how much of it is done, and of how much where that is known."""


def nobody(what: str, done: int, of: int | None) -> None:
    """For work that nobody watches."""
