"""For whom a thread is, decided when it is opened and never widened later; and what its parties are called there."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

_APART = re.compile(r"[\W_]+")


class Audience(StrEnum):
    """Who reads a thread, besides the case's owner."""

    EVERYONE = "everyone"
    PRODUCT = "product"
    PARTY = "party"
    INTERNAL = "internal"


OPENED_WITH_THE_CASE = frozenset({Audience.EVERYONE, Audience.INTERNAL})
"""Each case has one of these from its start."""


def handles(parties: Iterable[tuple[UUID, str]]) -> dict[UUID, str]:
    """What each party is mentioned by: no two parties of a case have the same.

    Args:
        parties: keys and names, in the order in which they came in: a later one of the same name gets a number.
    """
    found: dict[UUID, str] = {}
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    for key, name in parties:
        short = _APART.sub("-", name.casefold()).strip("-") or "party"
        handle = short
        while handle in taken:
            seen[short] += 1
            handle = f"{short}-{seen[short] + 1}"
        taken.add(handle)
        found[key] = handle
    return found
