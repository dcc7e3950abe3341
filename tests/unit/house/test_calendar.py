"""Days, hours and windows in which nothing is published: right in every zone, across every change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from levee.house.calendar import HORIZON, ClosedOn, Closing, look

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",  # changes by half an hour
        "America/Santiago",  # skips midnight itself
        "America/Havana",  # has midnight twice
        "Asia/Kathmandu",
        "Pacific/Apia",  # left out a whole day
    )
]
BEGIN = datetime(2011, 12, 1, tzinfo=UTC)
SPAN = some.integers(0, 20 * 366 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
MINUTES = some.builds(time, some.integers(0, 23), some.sampled_from([0, 15, 30]))


def weekend(zone=BERLIN):
    return [Closing(kind=ClosedOn.WEEKDAY, zone=zone, because="weekend", weekday=each) for each in (5, 6)]


def hours(opens, closes, zone=BERLIN):
    return Closing(kind=ClosedOn.HOURS, zone=zone, because="office", opens=opens, closes=closes)


@some.composite
def calendars(draw):
    zone, near = draw(some.sampled_from(ZONES)), draw(SPAN)
    found = [
        Closing(kind=ClosedOn.WEEKDAY, zone=zone, because="b", weekday=each)
        for each in draw(some.sets(some.integers(0, 6), max_size=3))
    ]
    for away in draw(some.lists(some.integers(-3, 9), max_size=3)):
        day = (near + timedelta(days=away)).date()
        found.append(Closing(kind=ClosedOn.DAY, zone=draw(some.sampled_from(ZONES)), because="b", day=day))
    if draw(some.booleans()):
        opens, closes = sorted([draw(MINUTES), draw(MINUTES)])
        assume(opens < closes)
        found.append(hours(opens, closes, zone))
    if draw(some.booleans()):
        start = near + timedelta(hours=draw(some.integers(-50, 50)))
        end = start + timedelta(minutes=draw(some.integers(1, 9000)))
        found.append(Closing(kind=ClosedOn.FREEZE, zone=zone, because="b", start=start, end=end))
    return found, near


@given(calendars())
def test_the_next_open_instant_is_open_and_everything_before_it_is_closed(drawn):
    closings, at = drawn
    seen = look(closings, at)
    assert seen.opens is not None
    assert seen.opens >= at
    assert look(closings, seen.opens).closed is None
    assert (seen.closed is None) == (seen.opens == at)
    between = (seen.opens - at) / 60
    for step in range(60):
        assert look(closings, at + step * between).opens == seen.opens


@given(calendars(), some.sampled_from(ZONES))
def test_an_instant_is_the_same_in_whatever_zone_it_is_written(drawn, zone):
    closings, at = drawn
    assert look(closings, at.astimezone(zone)).opens == look(closings, at).opens


@given(calendars(), calendars())
def test_a_further_closing_never_opens_anything_earlier(drawn, more):
    closings, at = drawn
    fewer, all_ = look(closings, at).opens, look([*closings, *more[0]], at).opens
    assert all_ is None or (fewer is not None and all_ >= fewer)


@given(calendars())
def test_the_order_of_closings_does_not_matter(drawn):
    closings, at = drawn
    assert look(closings, at).opens == look(closings[::-1], at).opens


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        (datetime(2027, 3, 26, 22, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),  # 47 hours of weekend
        (datetime(2027, 10, 29, 21, 59, tzinfo=UTC), datetime(2027, 10, 31, 23, 0, tzinfo=UTC)),  # 49 hours
    ],
    ids=["spring", "autumn"],
)
def test_a_weekend_has_47_or_49_hours_when_the_clocks_change(friday, monday):
    assert look(weekend(), friday).closed is None
    saturday = look(weekend(), friday + timedelta(minutes=1))
    assert saturday.closed is not None
    assert saturday.closed.says == "every Saturday"
    assert saturday.opens == monday


def test_the_house_opens_at_its_own_hour_before_and_after_the_clocks_change():
    closings = [*weekend(), hours(time(9), time(17))]
    before = look(closings, datetime(2027, 3, 26, 16, 0, tzinfo=UTC))  # Friday 17:00 in Berlin
    assert before.opens == datetime(2027, 3, 29, 7, 0, tzinfo=UTC)  # Monday 09:00, an hour earlier in UTC


def test_a_holiday_is_a_day_of_its_zone_and_not_of_utc():
    (holiday,) = [Closing(kind=ClosedOn.DAY, zone=BERLIN, because="Christmas", day=date(2026, 12, 25))]
    assert look([holiday], datetime(2026, 12, 24, 22, 59, tzinfo=UTC)).closed is None
    assert look([holiday], datetime(2026, 12, 24, 23, 0, tzinfo=UTC)).closed is holiday
    assert look([holiday], datetime(2026, 12, 25, 12, 0, tzinfo=UTC)).opens == datetime(2026, 12, 25, 23, 0, tzinfo=UTC)


def test_a_window_ends_with_its_last_instant_outside():
    start, end = datetime(2026, 12, 20, 8, tzinfo=UTC), datetime(2027, 1, 4, 8, tzinfo=UTC)
    freeze = Closing(kind=ClosedOn.FREEZE, zone=BERLIN, because="nobody can patch", start=start, end=end)
    assert look([freeze], start).opens == end
    assert look([freeze], end).closed is None
    assert freeze.says == "from 2026-12-20 09:00 CET to 2027-01-04 09:00 CET"


def test_a_house_that_never_opens_says_so_instead_of_looking_forever():
    never = [Closing(kind=ClosedOn.WEEKDAY, zone=BERLIN, because="b", weekday=each) for each in range(7)]
    at = datetime(2026, 12, 1, tzinfo=UTC)
    assert look(never, at).opens is None
    assert timedelta(days=365) < HORIZON
