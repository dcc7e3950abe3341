from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from levee.web.lanes import Lane, Span, lane_chart
from levee.web.tables import Tone

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
hours = st.integers(min_value=-5000, max_value=5000)


def span(start, end, says="so", tone=Tone.INFO):
    hour = timedelta(hours=1)
    return Span(start=NOW + start * hour, end=None if end is None else NOW + end * hour, says=says, tone=tone)


def chart(*spans):
    return lane_chart(key="k", title="t", description="d", lanes=[Lane(name="one", spans=spans)], now=NOW)


@given(st.lists(st.tuples(hours, st.integers(min_value=1, max_value=900)), max_size=8))
def test_every_span_lies_inside_its_lane_and_what_is_ahead_begins_now(spans):
    drawn = chart(*(span(start, start + length) for start, length in spans))
    for each in drawn.lanes[0][1]:
        assert 0 <= float(each.x) <= 100
        assert float(each.x) + float(each.width) <= 100.01
        if each.ahead:
            assert each.span.end > NOW


def test_a_span_that_reaches_ahead_is_drawn_in_two_parts_that_meet_now():
    before, ahead = chart(span(-10, 30)).lanes[0][1]
    assert (before.x, before.width, before.ahead) == ("0", "25", False)
    assert (ahead.x, ahead.width, ahead.ahead) == ("25", "75", True)


def test_what_is_so_still_lasts_until_now():
    drawn = chart(span(-10, None), span(-10, 10))
    assert [(each.x, each.width) for each in drawn.lanes[0][1][:1]] == [("0", "50")]
    assert drawn.now == "50"


def test_what_began_this_instant_can_be_seen():
    (only,) = chart(span(0, None)).lanes[0][1]
    assert float(only.width) > 0


@pytest.mark.parametrize("spans", [(), (span(-1, None),), (span(-100, 100),)])
def test_the_axis_is_named_from_its_start_to_its_end(spans):
    ticks = chart(*spans).ticks
    assert (ticks[0][0], ticks[-1][0]) == ("0", "100")
    assert (ticks[0][2], ticks[-1][2]) == ("start", "end")


def test_the_same_stands_in_a_table_in_words():
    page = (
        engines["django"]
        .from_string("{% load levee %}{% lanes c %}")
        .render({"c": chart(span(-10, None, says="fix ready", tone=Tone.GOOD))})
    )
    assert "Fix ready" in page
    assert "2026-12-01 02:00" in page
    assert "so still" in page
    assert "style=" not in page
