from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.keeping import keep_timeline
from levee.exposure.keeping import timeline as kept_timeline
from levee.exposure.timelines import STRICTEST, Inputs, Signal, milder, timeline

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = ("kev", "exposed", "automatable", "total")

instants = st.integers(-2000, 2000).map(lambda hours: MONDAY + timedelta(hours=hours))
signals = st.builds(Signal, value=st.booleans(), source=st.just("a source"), at=instants)
inputs = st.builds(Inputs, kev=signals, exposed=signals, automatable=signals, total=signals)


def known(values, at=MONDAY, listed_at=None):
    dates = dict.fromkeys(NAMES, at) | {"kev": listed_at or at}
    return Inputs(
        **{
            name: Signal(value=bool(value), source="x", at=dates[name])
            for name, value in zip(NAMES, values, strict=True)
        }
    )


# Row number, the four inputs, days, forensics; from the directive's own bands, apart from the table in use.
ROWS = [
    (0, (0, 0, 0, 0), None, False),
    (1, (1, 0, 0, 0), 14, False),
    (2, (0, 1, 0, 0), 60, False),
    (3, (0, 0, 1, 0), 60, False),
    (4, (0, 0, 0, 1), None, False),
    (5, (1, 1, 0, 0), 14, False),
    (6, (1, 0, 1, 0), 14, False),
    (7, (0, 1, 1, 0), 14, False),
    (8, (1, 0, 0, 1), 14, False),
    (9, (0, 1, 0, 1), 14, False),
    (10, (0, 0, 1, 1), 60, False),
    (11, (1, 1, 1, 0), 3, False),
    (12, (1, 1, 0, 1), 3, True),
    (13, (1, 0, 1, 1), 3, True),
    (14, (0, 1, 1, 1), 3, False),
    (15, (1, 1, 1, 1), 3, True),
]


@pytest.mark.parametrize(("row", "values", "days", "forensics"), ROWS)
def test_each_row_gives_its_band_and_date(row, values, days, forensics):
    given_out = timeline(known(values), detected_at=MONDAY)
    assert (given_out.row, given_out.band.days, given_out.band.forensics) == (row, days, forensics)
    assert given_out.due_at == (None if days is None else MONDAY + days * DAY)


def test_the_clock_starts_at_the_kev_listing_when_that_is_earlier_than_the_detection():
    listed = known((1, 1, 1, 1), at=MONDAY - 9 * DAY, listed_at=MONDAY - 5 * DAY)
    assert timeline(listed, detected_at=MONDAY).starts_at == MONDAY - 5 * DAY


def test_the_clock_starts_at_the_detection_when_the_listing_comes_later_but_not_before_the_listing_is_known():
    listed = known((1, 1, 1, 1), at=MONDAY - 9 * DAY, listed_at=MONDAY + 2 * DAY)
    assert timeline(listed, detected_at=MONDAY).starts_at == MONDAY + 2 * DAY


@given(inputs, instants)
def test_no_clock_starts_before_all_four_inputs_are_known(given_inputs, detected_at):
    assert timeline(given_inputs, detected_at=detected_at).starts_at >= max(s.at for s in given_inputs.signals())


@given(inputs, instants)
def test_a_date_can_be_worked_out_again_from_what_is_stored_with_it(given_inputs, detected_at):
    first = timeline(given_inputs, detected_at=detected_at)
    kept = kept_timeline(keep_timeline(first))
    assert kept == first
    assert timeline(kept.inputs, detected_at=detected_at) == first


@given(inputs, instants, st.sampled_from(NAMES), instants)
def test_worse_news_never_move_a_date_back(given_inputs, detected_at, name, later):
    before = timeline(given_inputs, detected_at=detected_at)
    worse = {each: getattr(given_inputs, each) for each in NAMES}
    worse[name] = Signal(value=True, source="news", at=max(later, worse[name].at))
    after = timeline(Inputs(**worse), detected_at=detected_at, before=before)
    if before.due_at is not None:
        assert after.due_at is not None
        assert after.due_at <= before.due_at


@given(inputs, instants, st.sampled_from(NAMES))
def test_good_news_give_the_time_of_the_milder_band(given_inputs, detected_at, name):
    before = timeline(given_inputs, detected_at=detected_at)
    better = {each: getattr(given_inputs, each) for each in NAMES}
    better[name] = Signal(value=False, source="news", at=better[name].at)
    after = timeline(Inputs(**better), detected_at=detected_at, before=before)
    assert after.due_at is None or before.due_at is None or after.due_at >= before.due_at or after.band == before.band
    if milder(after.band, before.band):
        assert after.held_by is None


def test_what_nobody_says_is_assumed_to_be_the_worst_and_says_so():
    unknown = Inputs(**{name: STRICTEST.signal(name, None, since=MONDAY) for name in NAMES})
    given_out = timeline(unknown, detected_at=MONDAY)
    assert given_out.row == 15
    assert all(signal.assumed for signal in given_out.inputs.signals())


def test_an_assumed_listing_has_no_listing_date_that_could_start_the_clock():
    assumed = STRICTEST.signal("kev", None, since=MONDAY)
    stated = {name: Signal(value=True, source="x", at=MONDAY - 30 * DAY) for name in NAMES[1:]}
    assert timeline(Inputs(kev=assumed, **stated), detected_at=MONDAY).starts_at == MONDAY
