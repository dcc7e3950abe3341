"""For whom a thread is: decided when it is opened, and never widened later."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who reads a thread, besides the case's owner."""

    EVERYONE = "everyone"
    PRODUCT = "product"
    PARTY = "party"
    INTERNAL = "internal"


OPENED_WITH_THE_CASE = frozenset({Audience.EVERYONE, Audience.INTERNAL})
"""Each case has one of these from its start."""
