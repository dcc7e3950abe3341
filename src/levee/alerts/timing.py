"""When a mail may leave: at once, after the quiet hours, with the daily mail, or when an hour has room again. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

    from levee.alerts.types import Preferences

URGENT_DAYS = 3
HOUR = timedelta(hours=1)


def is_urgent(days: int | None) -> bool:
    """Whether a band is told at once: three days at most."""
    return days is not None and days <= URGENT_DAYS


def leaves_at(now: datetime, preferences: Preferences, *, urgent: bool, lately: Sequence[datetime]) -> datetime:
    """When what happened now is told by mail.

    Args:
        now: the instant.
        preferences: the operator's.
        urgent: whether it has three days at most; all else waits for the daily mail.
        lately: when the mails of the last hour were queued that told something at once.

    Returns:
        `now` itself for at once; else a later instant, at which all that waits is told together.
    """
    if not urgent:
        return after_quiet(next_at(now, preferences, preferences.digest_at), preferences)
    begins = now if preferences.urgent_in_quiet else after_quiet(now, preferences)
    return max(begins, room_at(now, preferences.hourly, lately))


def room_at(now: datetime, hourly: int, lately: Sequence[datetime]) -> datetime:
    """When an hour has room for one more: now, or when the oldest of a full hour is an hour old."""
    within = sorted(each for each in lately if each > now - HOUR)
    return now if len(within) < hourly else within[-hourly] + HOUR


def after_quiet(at: datetime, preferences: Preferences) -> datetime:
    """The same instant, or the end of the quiet hours that it lies in."""
    begins, ends = preferences.quiet_from, preferences.quiet_to
    if begins is None or ends is None or begins == ends:
        return at
    local = at.astimezone(ZoneInfo(preferences.zone)).time().replace(tzinfo=None)
    quiet = begins <= local < ends if begins < ends else local >= begins or local < ends
    return next_at(at, preferences, ends) if quiet else at


def next_at(now: datetime, preferences: Preferences, hour: time, *, weekday: int | None = None) -> datetime:
    """The next instant after now at which the operator's clocks show an hour.

    A time that a clock change leaves out comes as much later; one that comes twice counts the first time.

    Args:
        now: the instant.
        preferences: whose zone.
        hour: what clocks show.
        weekday: only on this day, 0 for Monday.
    """
    zone = ZoneInfo(preferences.zone)
    day = now.astimezone(zone).date()
    for ahead in range(9):
        local = datetime.combine(day + timedelta(days=ahead), hour, tzinfo=zone)
        at = local.astimezone(UTC)
        if at > now and weekday in {None, local.weekday()}:
            return at
    message = "every day of the week comes within nine days"
    raise AssertionError(message)
