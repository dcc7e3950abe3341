"""A moment at an operator's place is told by the clock there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from levee.web.templatetags.operators import there


def test_an_opening_is_told_by_the_clock_of_the_place_that_it_is_about():
    opens_at = datetime(2026, 11, 28, 22, 0, tzinfo=ZoneInfo("America/Chicago"))
    assert there(opens_at) == "Sat 28 Nov, 22:00 (America/Chicago)"
