"""Zones of time as people name them, and instants shown in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name in the IANA database.

    Raises:
        BadInput: there is none.
    """
    if name not in zones():
        raise BadInput(f"{name[:80]!r} is no time zone", place="zone", advice="such as Europe/Berlin")
    return ZoneInfo(name)


@cache
def zones() -> Sequence[str]:
    """Every zone's name, in order."""
    return sorted(available_timezones())


def shown(at: datetime, zone: tzinfo) -> str:
    """An instant in a zone, to the minute, such as "2026-03-29 13:00 CEST"."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
