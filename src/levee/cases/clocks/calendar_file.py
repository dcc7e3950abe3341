"""The clocks of a case as a calendar file (iCalendar, RFC 5545).

A calendar is often kept by somebody else and shown to colleagues, so that an entry says as little as a letter: which
case, where to look, and when. What a clock is about stays in the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

from levee.cases.clocks.running import STILL_ASKS
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from levee.cases.types import Clock

MAKER = "-//Levee//clocks of a case//EN"


def calendar_file(clocks: Iterable[Clock], *, case: str, page: str, now: datetime) -> bytes:
    """An entry, with alarms, for each clock that still asks for something.

    Args:
        clocks: those of one case.
        case: its public id.
        page: the address of its page.
        now: when the file is made.
    """
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    for each in clocks:
        if each.due is not None and each.state in STILL_ASKS:
            calendar.add_component(_entry(each, each.due, case, page, now))
    return bytes(calendar.to_ical())


def _entry(clock: Clock, due: datetime, case: str, page: str, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{sha256(f'{case} {clock.key}'.encode()).hex()[:32]}@levee")
    entry.add("dtstamp", now)
    entry.add("dtstart", due)
    entry.add("summary", f"{case}: a clock runs out")
    entry.add("url", page)
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT")
    for at in clock.reminders:
        if now < at < due:
            entry.add_component(_alarm(at, case))
    return entry


def _alarm(at: datetime, case: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{case}: a clock runs out soon")
    alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})
    return alarm
