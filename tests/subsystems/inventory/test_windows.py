"""Maintenance windows as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.inventory.types import MaintenanceWindow
from levee.inventory.windows import parse_window
from levee.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("Sat, Sun 22:00-04:00 America/Chicago", "Sat, Sun 22:00-04:00 America/Chicago"),
        ("weekdays 8pm - 6am ET", "Mon, Tue, Wed, Thu, Fri 20:00-06:00 America/New_York"),
        ("Mon-Wed 2200-0400 UTC", "Mon, Tue, Wed 22:00-04:00 UTC"),
        ("Sundays 2 am to 6 am Central Time", "Sun 02:00-06:00 America/Chicago"),
        ("every Tuesday and Thursday 1:30am-3am", "Tue, Thu 01:30-03:00"),
        ("fri to mon 0:00-24:00", "Mon, Fri, Sat, Sun 00:00-24:00"),
        ("nightly 23-5 europe/berlin", "daily 23:00-05:00 Europe/Berlin"),
        ("12am-12pm", "daily 00:00-12:00"),
        ("24/7", "daily 00:00-24:00"),
        ("only the maker", "only the maker"),
        ("Manufacturer only", "only the maker"),
    ],
)
def test_a_window_is_read_in_the_words_people_use(words, window):
    assert str(parse_window(words)) == window


@pytest.mark.parametrize("words", ["", "-", "Unknown", "n/a"])
def test_a_word_for_nothing_is_no_window(words):
    assert parse_window(words) is None


@pytest.mark.parametrize(
    "words", ["whenever", "Sat", "22:00", "Blursday 1-2", "Sat 25:00-26:00", "Sat 13pm-2", "Sat 1:75-2", "Sat 2-2",
              "Sat 1-2 Mars/Olympus", "Su 1-2"]
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_an_example(words):
    with pytest.raises(BadInput) as refused:
        parse_window(words)
    assert "America/Chicago" in refused.value.advice()


WINDOWS = st.builds(
    MaintenanceWindow,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    start=st.integers(0, 1439),
    end=st.integers(1, 1440),
    zone=st.sampled_from(["", "UTC", "America/New_York", "Pacific/Auckland"]),
).filter(lambda window: window.start != window.end)


@given(WINDOWS)
def test_a_window_that_is_written_is_read_again(window):
    assert parse_window(str(window)) == window


@given(st.text())
def test_no_words_make_it_fail_otherwise(words):
    try:
        parse_window(words)
    except BadInput:
        return


def test_the_next_opening_is_in_the_windows_own_zone():
    window = parse_window("Sat 22:00-04:00 America/New_York")
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert window.next_opening(friday) == datetime(2026, 11, 29, 3, tzinfo=UTC)
    inside = datetime(2026, 11, 29, 8, 59, tzinfo=UTC)
    assert window.next_opening(inside) == inside
    assert window.next_opening(datetime(2026, 11, 29, 9, tzinfo=UTC)) == datetime(2026, 12, 6, 3, tzinfo=UTC)


def test_nobody_knows_when_it_opens_without_a_zone_or_where_only_the_maker_may():
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert parse_window("Sat 22:00-04:00").next_opening(now) is None
    assert parse_window("only the maker").next_opening(now) is None
