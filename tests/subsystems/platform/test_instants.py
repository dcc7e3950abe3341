"""Instants come back from PostgreSQL as they were, in UTC, whatever zone they were written or are asked in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def read(expression, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"select {expression}", values)
        return cursor.fetchone()[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INSTANTS)
def test_an_instant_comes_back_as_it_was(world, at):
    found = read("%s::timestamptz", at)
    assert (found, found.tzinfo) == (at, UTC)


def test_the_zone_of_a_session_moves_nothing(world):
    at = datetime(2026, 3, 29, 1, 30, 0, 120000, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("set local time zone 'Asia/Kolkata'")
    found = read("%s::timestamptz", at)
    assert (found, found.tzinfo) == (at, UTC)


@pytest.mark.parametrize("sent", ["infinity", "-infinity", "20000-01-01 00:00+00", "0044-03-15 00:00+00 BC"])
def test_what_is_no_instant_in_python_is_refused(world, sent):
    with pytest.raises(DataError):
        read("%s::timestamptz", sent)
