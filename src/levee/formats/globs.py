"""Path patterns: `*` within one part of a path, `**` over any number of parts, `?` for one character."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def first_match(path: str, patterns: Iterable[str]) -> str | None:
    """The first pattern that the whole path fits, letter case aside; None where none does.

    Args:
        path: parts separated by `/`, relative.
        patterns: `**/` also fits no part at all, so `**/tests/**` fits `tests/a.c`.
    """
    return next((pattern for pattern in patterns if _compiled(pattern).fullmatch(path)), None)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(piece) or re.escape(piece) for piece in pieces), re.IGNORECASE | re.DOTALL)
