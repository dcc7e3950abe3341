"""When a mail may leave, for every zone, hour and flood."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from levee.alerts.timing import HOUR, after_quiet, is_urgent, leaves_at, next_at, room_at
from levee.alerts.types import Preferences
from levee.platform.webhooks import next_try

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(
    ["UTC", "America/Chicago", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
)
wishes = st.builds(
    Preferences,
    zone=zones,
    quiet_from=clocks,
    quiet_to=clocks,
    urgent_in_quiet=st.booleans(),
    digest_at=clocks,
    hourly=st.integers(1, 5),
)


def shown(at, preferences):
    return at.astimezone(ZoneInfo(preferences.zone))


def quiet(at, preferences):
    """The same question asked of every minute's own clock."""
    now, begins, ends = shown(at, preferences).time(), preferences.quiet_from, preferences.quiet_to
    return begins <= now < ends if begins <= ends else not ends <= now < begins


@given(instants, wishes)
def test_nothing_that_is_not_urgent_leaves_in_quiet_hours_or_later_than_two_days(now, preferences):
    at = leaves_at(now, preferences, urgent=False, lately=())
    assert now < at <= now + timedelta(days=2, hours=2)
    assert not quiet(at, preferences) or preferences.quiet_from == preferences.quiet_to


@given(instants, wishes)
def test_what_is_urgent_leaves_at_once_or_when_the_quiet_hours_end(now, preferences):
    at = leaves_at(now, preferences, urgent=True, lately=())
    if preferences.urgent_in_quiet or not quiet(now, preferences) or preferences.quiet_from == preferences.quiet_to:
        assert at == now
    else:
        assert now < at <= now + timedelta(days=1, hours=2)
        assert after_quiet(at, preferences) == at


@given(instants, st.lists(st.integers(0, 7200), max_size=30), st.integers(1, 5))
def test_no_hour_has_more_than_its_share(now, ago, hourly):
    lately = [now - timedelta(seconds=each) for each in ago]
    at = room_at(now, hourly, lately)
    assert now <= at <= now + HOUR
    assert sum(at - HOUR < each for each in lately) < hourly


@given(instants, wishes, st.integers(0, 6))
def test_the_next_hour_of_a_day_is_that_hour_on_that_day_and_lies_ahead(now, preferences, weekday):
    at = next_at(now, preferences, preferences.digest_at, weekday=weekday)
    assert now < at <= now + timedelta(days=9)
    local = shown(at, preferences)
    moved = local.time().replace(second=0) != preferences.digest_at  # an hour that a clock change leaves out
    assert moved or local.weekday() == weekday


def test_a_clock_change_moves_no_mail_to_another_hour():
    chicago = Preferences(zone="America/Chicago")
    seven = [next_at(datetime(2026, 10, 31, 0, tzinfo=UTC) + timedelta(days=day), chicago, time(7)) for day in range(3)]
    assert [shown(at, chicago).hour for at in seven] == [7, 7, 7]
    assert [at.hour for at in seven] == [12, 13, 13]


def test_three_days_are_urgent_and_more_are_not():
    assert [is_urgent(days) for days in (0, 3, 4, 14, None)] == [True, True, False, False, False]


def test_patience_doubles_up_to_two_hours():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    waits = [(next_try(now, attempts) - now).total_seconds() for attempts in range(1, 14)]
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == 7200
