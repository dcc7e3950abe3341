"""What can be known of an asset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Owner(StrEnum):
    """Who can change an asset: the operator itself, a vendor that keeps it, or the maker of a device."""

    US = "us"
    VENDOR = "vendor"
    MANUFACTURER = "manufacturer"


class Exposure(StrEnum):
    """Whether an asset can be reached from the public internet; unknown is a state of its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Criticality(StrEnum):
    """How much depends on an asset, in the operator's own judgement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class AssetType(StrEnum):
    """What an asset is, which decides who may change it and what a restart of it means."""

    IT = "it"
    OT = "ot"
    MEDICAL = "medical"
    VENDOR_SERVICE = "vendor-service"
    UNKNOWN = "unknown"


DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """When an asset may be changed and restarted.

    Attributes:
        days: on which weekdays it opens, Monday is 0. start, end: minutes after midnight; an end that is not after the
            start is on the next day. zone: IANA's name; empty is the asset's local time, which Levee does not know.
        only_maker: never by the operator, only by the maker; the rest says nothing then.
    """

    days: tuple[int, ...] = ()
    start: int = 0
    end: int = 0
    zone: str = ""
    only_maker: bool = False

    def __str__(self) -> str:
        if self.only_maker:
            return "only the maker"
        days = "daily" if len(self.days) == len(DAY_NAMES) else ", ".join(DAY_NAMES[day] for day in self.days)
        return f"{days} {_clock(self.start)}-{_clock(self.end)} {self.zone}".strip()

    def next_opening(self, after: datetime) -> datetime | None:
        """The first moment from `after` on at which it opens or is open; None where that cannot be known."""
        if self.only_maker or not self.zone:
            return None
        zone = ZoneInfo(self.zone)
        here = after.astimezone(zone)
        length = timedelta(minutes=(self.end - self.start) % (24 * 60) or 24 * 60)
        for ahead in range(-1, len(DAY_NAMES) + 1):
            day = here.date() + timedelta(days=ahead)
            opens = datetime.combine(day, time(self.start // 60, self.start % 60), zone)
            if day.weekday() in self.days and here < opens + length:
                return max(opens, here)
        return None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
