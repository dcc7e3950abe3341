from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.priority.keeping import keep_timeline
from levee.exposure.priority.keeping import timeline as kept_timeline
from levee.exposure.priority.regimes import PRESETS, Choice, default_regime, regime
from levee.exposure.priority.shipped import BOD_26_04, DEPLOYER, shipped
from levee.exposure.priority.tables import milder
from levee.exposure.priority.timelines import AHEAD, timeline
from levee.formats.signals import VALUES, Signal

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = MONDAY + 100 * DAY
BOD, PLANT = shipped()[BOD_26_04], shipped()[DEPLOYER]
NAMES = BOD.inputs

instants = st.integers(-2000, 2000).map(lambda hours: MONDAY + timedelta(hours=hours))
tables = st.sampled_from(list(shipped().values()))


def answers(table):
    return st.fixed_dictionaries(
        {
            name: st.builds(Signal, value=st.sampled_from(values), source=st.just("a source"), at=instants)
            for name, values in table.choices.items()
        }
    )


cases = tables.flatmap(lambda table: st.tuples(st.just(table), answers(table)))
bod_cases = answers(BOD)


def known(values, at=MONDAY, listed_at=None):
    dates = dict.fromkeys(NAMES, at) | {"kev": listed_at or at}
    return {
        name: Signal(value=VALUES[name][value], source="x", at=dates[name])
        for name, value in zip(NAMES, values, strict=True)
    }


def dated(inputs, detected_at=MONDAY, table=BOD, now=LATER, before=None):
    return timeline(table, inputs, detected_at=detected_at, now=now, before=before)


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
    given_out = dated(known(values))
    assert (given_out.row, given_out.band.days, given_out.band.forensics) == (row, days, forensics)
    assert given_out.due_at == (None if days is None else MONDAY + days * DAY)


def test_the_clock_starts_at_the_kev_listing_when_that_is_earlier_than_the_detection():
    listed = known((1, 1, 1, 1), at=MONDAY - 9 * DAY, listed_at=MONDAY - 5 * DAY)
    assert dated(listed).starts_at == MONDAY - 5 * DAY


def test_the_clock_starts_at_the_detection_when_the_listing_comes_later_but_not_before_the_listing_is_known():
    listed = known((1, 1, 1, 1), at=MONDAY - 9 * DAY, listed_at=MONDAY + 2 * DAY)
    assert dated(listed).starts_at == MONDAY + 2 * DAY


@given(cases, instants)
def test_no_clock_starts_before_all_inputs_are_known(case, detected_at):
    table, inputs = case
    assert dated(inputs, detected_at, table).starts_at >= max(signal.at for signal in inputs.values())


@given(cases, instants)
def test_a_date_can_be_worked_out_again_from_what_is_stored_with_it(case, detected_at):
    table, inputs = case
    first = dated(inputs, detected_at, table)
    kept = kept_timeline(keep_timeline(first))
    assert kept == first
    assert kept.edition == table.edition
    assert dated(kept.inputs, detected_at, table) == first


@given(cases.flatmap(lambda case: st.tuples(st.just(case), st.sampled_from(sorted(case[1])))), instants, instants)
def test_worse_news_never_move_a_date_back(chosen, detected_at, later):
    (table, inputs), name = chosen
    before = dated(inputs, detected_at, table)
    news = Signal(value=VALUES[name][-1], source="news", at=max(later, inputs[name].at))
    after = dated({**inputs, name: news}, detected_at, table, before=before)
    if before.due_at is not None:
        assert after.due_at is not None
        assert after.due_at <= before.due_at


@given(cases.flatmap(lambda case: st.tuples(st.just(case), st.sampled_from(sorted(case[1])))), instants)
def test_good_news_give_the_time_of_the_milder_band(chosen, detected_at):
    (table, inputs), name = chosen
    before = dated(inputs, detected_at, table)
    news = Signal(value=VALUES[name][0], source="news", at=inputs[name].at)
    after = dated({**inputs, name: news}, detected_at, table, before=before)
    assert after.due_at is None or before.due_at is None or after.due_at >= before.due_at or after.band == before.band
    if milder(after.band, before.band):
        assert after.held_by == ""


def test_a_newer_table_that_leaves_more_time_gives_the_new_date_and_a_stricter_one_keeps_the_old():
    old = dated(known((0, 1, 1, 1)))
    milder_table = dated(known((0, 1, 1, 1)), table=BOD, before=old)
    assert milder_table == old
    plant = {
        "exploitation": Signal(value="none", source="x", at=MONDAY),
        "system_exposure": Signal(value="open", source="x", at=MONDAY),
        "automatable": Signal(value="yes", source="x", at=MONDAY),
        "human_impact": Signal(value="high", source="x", at=MONDAY),
    }
    moved = dated(plant, table=PLANT, before=old)
    assert (moved.edition, moved.band.days, moved.held_by) == (PLANT.edition, 60, "")
    back = dated(known((0, 1, 1, 1), at=MONDAY + 90 * DAY), table=BOD, before=moved)
    assert (back.due_at, back.held_by) == (moved.due_at, moved.decided_by)


def test_what_nobody_says_is_assumed_to_be_the_worst_and_says_so():
    unknown = default_regime().inputs(BOD, {}, since=MONDAY)
    given_out = dated(unknown)
    assert given_out.row == 15
    assert given_out.assumed == 4


def test_an_assumed_listing_has_no_listing_date_that_could_start_the_clock():
    stated = {name: Signal(value=VALUES[name][-1], source="x", at=MONDAY - 30 * DAY) for name in NAMES[1:]}
    assert dated(default_regime().inputs(BOD, stated, since=MONDAY)).starts_at == MONDAY


@pytest.mark.parametrize(
    ("preset", "exposed", "days"),
    [
        ("strictest", None, 3),
        ("sixty-days", None, 60),
        ("by-hand-and-total", "yes", 14),
        ("by-hand-and-total", "no", None),
        ("automatable", "yes", 3),
    ],
)
def test_each_published_reading_of_missing_data_gives_the_days_that_it_speaks_of(preset, exposed, days):
    chosen = regime("operator", Choice(assumed=PRESETS[preset].assumed), shipped())
    stated = {"kev": Signal(value="no", source="KEV", at=MONDAY)}
    if exposed:
        stated["exposed"] = Signal(value=exposed, source="x", at=MONDAY)
    assert dated(chosen.inputs(BOD, stated, since=MONDAY)).band.days == days


def test_an_actively_exploited_flaw_counts_like_a_listed_one_unless_that_is_switched_off():
    told = {
        "kev": Signal(value="no", source="KEV", at=MONDAY - DAY),
        "exploitation": Signal(value="active", source="CISA", at=MONDAY),
    }
    like_listed = default_regime().inputs(BOD, told, since=MONDAY)["kev"]
    assert (like_listed.value, like_listed.source, like_listed.at) == ("yes", "actively exploited, says CISA", MONDAY)
    as_told = regime("", Choice(active_as_kev=False), shipped()).inputs(BOD, told, since=MONDAY)["kev"]
    assert as_told == told["kev"]


def test_an_agency_is_bound_whatever_it_chose_and_others_choose():
    choice = Choice(table="levee:WEAPONISED", plant_table=BOD_26_04)
    agency, bank = regime("agency", choice, shipped()), regime("operator", choice, shipped())
    assert {agency.table.key, agency.plant_table.key} == {BOD_26_04}
    assert (bank.table.key, bank.plant_table.key) == ("levee:WEAPONISED", BOD_26_04)
    assert regime("operator", Choice(table="own:gone"), shipped()).table.key == BOD_26_04


def test_a_clock_that_is_a_day_off_gives_no_date_in_the_future_and_settles_at_once():
    ahead = known((1, 1, 1, 1), at=MONDAY - DAY, listed_at=MONDAY + DAY)
    first = dated(ahead, now=MONDAY)
    assert (first.starts_at, first.inputs["kev"].detail) == (MONDAY, AHEAD)
    assert dated(ahead, now=MONDAY + timedelta(hours=5), before=first) == first
