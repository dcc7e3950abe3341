"""Maintenance windows in the words people use: `Sat, Sun 22:00-04:00 America/Chicago`, `weekdays 8pm-6am ET`. Pure."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from levee.inventory.types.facts import MaintenanceWindow
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXAMPLE = "Sat, Sun 22:00-04:00 America/Chicago"
_MAKER = frozenset({
    "only the maker", "maker", "maker only", "only maker", "manufacturer", "manufacturer only", "only the manufacturer",
    "vendor only", "only the vendor", "by the maker", "by the manufacturer",
})  # fmt: skip
_ALWAYS = frozenset({"any", "any time", "anytime", "always", "24/7", "24x7"})
_NOTHING = frozenset({"", "-", "?", "unknown", "n/a", "na", "none", "tbd"})
_GROUPS = {
    "daily": range(7), "every day": range(7), "everyday": range(7), "nightly": range(7), "every night": range(7),
    "weekdays": range(5), "weekday": range(5), "weekends": range(5, 7), "weekend": range(5, 7),
}  # fmt: skip
_ZONES = {
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "eastern": "America/New_York",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago", "central": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver", "mountain": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles", "utc": "UTC", "gmt": "UTC", "z": "UTC",
}  # fmt: skip
_CLOCK = r"(\d{1,2})(?::?(\d{2}))?\s*(am\b|pm\b|a\.m\.|p\.m\.)?"
_SHAPE = re.compile(
    rf"^(?P<days>[a-z ,;&/+-]*?)[\s,:]*\b{_CLOCK}\s*(?:-|\u2013|to|until|till)\s*{_CLOCK}\s*(?:h\b|hrs\b)?\s*"
    r"(?P<zone>[a-z_/+-]*(?:\s*time)?)$"
)
_RANGE = re.compile(r"^([a-z]+)\s*(?:-|\u2013|to|through)\s*([a-z]+)$")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
_MIDNIGHT = 24 * 60


@lru_cache(maxsize=1024)
def parse_window(text: str) -> MaintenanceWindow | None:
    """A window from words; None where they say nothing.

    Args:
        text: days, hours and a zone (IANA's name, or ET, CT, MT, PT, UTC; left out, it is the asset's local time), or
            `only the maker`.

    Raises:
        BadInput: the words are not understood.
    """
    folded = " ".join(text.lower().split())
    if folded in _NOTHING:
        return None
    if folded in _MAKER:
        return MaintenanceWindow(only_maker=True)
    if folded in _ALWAYS:
        return MaintenanceWindow(days=tuple(range(7)), start=0, end=_MIDNIGHT)
    shape = _SHAPE.match(folded)
    if shape is None:
        raise _unclear(text)
    groups = shape.groups()
    window = MaintenanceWindow(
        days=_days(shape["days"], text),
        start=_minute(groups[1:4], text),
        end=_minute(groups[4:7], text),
        zone=_zone(shape["zone"], text),
    )
    if window.start in {window.end, _MIDNIGHT}:
        raise _unclear(text)
    return window


def _days(words: str, text: str) -> tuple[int, ...]:
    words = words.strip(" ,;:")
    if not words:
        return tuple(range(7))
    found: set[int] = set()
    for word in re.split(r"\s*(?:,|;|&|/|\+|\band\b)\s*", words):
        spoken = re.sub(r"^(?:on|every|each)\s+(?!day\b|night\b)", "", word.strip())
        span = _RANGE.match(spoken)
        if spoken in _GROUPS:
            found |= set(_GROUPS[spoken])
        elif span:
            first, last = _day(span[1], text), _day(span[2], text)
            found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
        elif " " in spoken:
            found |= {_day(each, text) for each in spoken.split()}
        else:
            found.add(_day(spoken, text))
    return tuple(sorted(found))


def _day(word: str, text: str) -> int:
    found = [number for number, day in enumerate(_DAYS) if len(word) >= _SHORTEST and day.startswith(word.rstrip("s"))]
    if len(found) != 1:
        raise _unclear(text)
    return found[0]


def _minute(clock: Sequence[str | None], text: str) -> int:
    hour, minute, half = clock
    hours, minutes = int(hour or 0), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:  # noqa: PLR2004 - a clock face
            raise _unclear(text)
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    total = hours * 60 + minutes
    if minutes > 59 or total > _MIDNIGHT:  # noqa: PLR2004 - an hour's minutes
        raise _unclear(text)
    return total


def _zone(word: str, text: str) -> str:
    word = word.removesuffix(" time").strip()
    if word in {"", "local"}:
        return ""
    zone = _ZONES.get(word) or _zones().get(word, "")
    if not zone:
        raise _unclear(text)
    return zone


@cache
def _zones() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _unclear(text: str) -> BadInput:
    return BadInput(
        f"{text[:60]!r} is no maintenance window that Levee understands",
        code="inventory.window",
        place="maintenance_window",
        advice=f"write it such as: {EXAMPLE}; or: only the maker",
    )
