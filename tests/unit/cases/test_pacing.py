"""Pacing: never more new items a week than a project takes, the worst first, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.cases.projects.pacing import SEVERITY, WEEK, Item, due, in_order, next_room, room
from levee.cases.projects.policies import Takes, Terms
from levee.validation.engine.kinds import Kind

START, HOUR = datetime(2026, 11, 23, 9, tzinfo=UTC), timedelta(hours=1)
ITEMS = st.builds(
    Item,
    case=st.uuids(),
    since=st.integers(0, 400).map(lambda hours: START + hours * HOUR),
    severity=st.integers(0, 4),
    reached=st.booleans(),
    accuracy=st.none() | st.integers(0, 100),
    confirmed=st.booleans(),
    fixed=st.booleans(),
)
TERMS = st.builds(Terms, per_week=st.none() | st.integers(1, 4), takes=st.sampled_from(Takes))


def run(terms, items, looks):
    """Items come when they do; now and then somebody looks. Returns when each was handed on, in order."""
    handed: list[tuple[datetime, Item]] = []
    for now in sorted(looks):
        gone = {item.case for _, item in handed}
        waiting = [each for each in items if each.since <= now and each.case not in gone]
        handed += [(now, item) for item in due(terms, waiting, [at for at, _ in handed], now)]
    return handed


LOOKS = st.lists(st.integers(0, 2000).map(lambda hours: START + hours * HOUR), min_size=1, max_size=30)


@given(terms=TERMS, items=st.lists(ITEMS, max_size=20, unique_by=lambda item: item.case), looks=LOOKS)
def test_in_no_window_of_a_week_is_more_handed_on_than_the_project_takes(terms, items, looks):
    handed = [at for at, _ in run(terms, items, looks)]
    assert terms.per_week is None or all(
        sum(start <= at < start + WEEK for at in handed) <= terms.per_week for start in handed
    )


@given(terms=TERMS, items=st.lists(ITEMS, max_size=20, unique_by=lambda item: item.case), looks=LOOKS)
def test_nothing_goes_before_what_is_worse_and_waits_as_well(terms, items, looks):
    handed = run(terms, items, looks)
    when = {item.case: at for at, item in handed}
    for at, item in handed:
        assert not item.lacks(terms.takes)
        passed = [each for each in items if each.since <= at and when.get(each.case, at + HOUR) > at]
        better = [each for each in passed if not each.lacks(terms.takes) and in_order([each, item])[0] == each]
        assert not better


@given(terms=TERMS, items=st.lists(ITEMS, max_size=12, unique_by=lambda item: item.case))
def test_whoever_looks_whenever_there_is_room_hands_everything_on_once(terms, items):
    handed: list[tuple[datetime, Item]] = []
    now = START + 400 * HOUR
    for _ in range(len(items) + 1):
        gone = {item.case for _, item in handed}
        waiting = [each for each in items if each.case not in gone]
        handed += [(now, item) for item in due(terms, waiting, [at for at, _ in handed], now)]
        now = next_room(terms, [at for at, _ in handed], now) or now
    keys = [item.case for _, item in handed]
    assert len(keys) == len(set(keys))
    assert set(keys) == {each.case for each in items if not each.lacks(terms.takes)}


@given(per_week=st.integers(1, 5), hours=st.lists(st.integers(0, 400), max_size=12))
def test_there_is_room_at_the_next_instant_that_is_named_and_none_before(per_week, hours):
    terms, now = Terms(per_week=per_week), START + 400 * HOUR
    handed = [START + each * HOUR for each in hours]
    at = next_room(terms, handed, now)
    if at is None:
        assert room(terms, handed, now)
    else:
        assert now < at <= now + WEEK
        assert room(terms, handed, at)
        assert not room(terms, handed, at - timedelta(microseconds=1))


def test_the_worst_goes_first_then_the_better_finder_then_the_older():
    def item(number, **given):
        return Item(case=UUID(int=number), since=START + number * HOUR, **given)

    command, reached, sure = item(6, severity=4), item(5, severity=2, reached=True), item(4, severity=2, accuracy=90)
    new, poor, newer = item(2, severity=2), item(3, severity=2, accuracy=10), item(7, severity=2)
    assert in_order([newer, poor, new, sure, reached, command]) == [command, reached, sure, new, newer, poor]


def test_what_was_handed_on_a_week_ago_to_the_moment_counts_no_more():
    terms = Terms(per_week=1)
    assert room(terms, [START], START + WEEK) == 1
    assert room(terms, [START], START + WEEK - timedelta(microseconds=1)) == 0


def test_a_project_takes_items_in_the_form_that_it_wants():
    item = Item(case=UUID(int=1), since=START)
    assert [item.lacks(takes) for takes in Takes] == ["", "a confirmed finding", "a verified fix"]
    done = Item(case=UUID(int=1), since=START, confirmed=True, fixed=True)
    assert not any(done.lacks(takes) for takes in Takes)


def test_every_effect_that_a_proof_can_show_has_a_severity():
    assert set(SEVERITY) == set(Kind)
