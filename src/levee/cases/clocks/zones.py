"""Lengths of time as laws name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

HOURS_UP_TO = 72
"""Laws and policies count in hours up to here, and in days from then on."""


def length_of(length: timedelta) -> str:
    """Such as "72 hours" or "14 days"."""
    hours = round(length.total_seconds() / 3600)
    return f"{hours} hours" if hours % 24 or hours <= HOURS_UP_TO else f"{hours // 24} days"
