"""Counts in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sized


def counted(count: int | Sized, one: str, many: str = "") -> str:
    """So many of something: `1 row`, `2 rows`.

    Args:
        count: how many, or what is counted.
        one: the word for one.
        many: for none and for several; the word for one with an s where nothing is given.
    """
    number = count if isinstance(count, int) else len(count)
    return f"{number} {one if number == 1 else many or one + 's'}"
