"""The clocks of a case: what starts and stops them, when they run out, in any zone and across daylight-saving time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from levee.cases.clocks.happening import Mark, embargo_clock, happened
from levee.cases.clocks.moments import OF_A_VENDOR, OF_THE_CASE, Moment
from levee.cases.clocks.policies import offered, policy
from levee.cases.clocks.running import STILL_ASKS, Happened, Kept, State, ends, running
from levee.cases.course.replay import Entry, Moves
from levee.cases.rules.embargo import EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cli.cases import app
from levee.kernel.errors import BadInput, NotFound
from levee.policy.actors import Capacity

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OURS, THEIRS, DESK = UUID(int=1), UUID(int=2), UUID(int=3)
ZONES = sorted(available_timezones())
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned
LIMITS = [limit for each in offered() for limit in each.limits]


def cra(at=NOON, **moments):
    vendor = {Moment.AWARE_OF_EXPLOITATION: at, **{Moment(name): when for name, when in moments.items()}}
    return {each.name: each for each in running([Kept(policy=policy("eu:cra"))], Happened(vendors={OURS: vendor}))}


def fact(event, at=NOON, seat=None):
    return Entry(at=at, moves=Moves.FACTS, verb=event, seat=seat)


@given(at=INSTANTS, zone=st.sampled_from(ZONES), there=st.sampled_from(ZONES), limit=st.sampled_from(LIMITS))
def test_a_clock_runs_out_at_the_same_instant_wherever_it_was_started_and_is_read(at, zone, there, limit):
    due = ends(at.astimezone(ZoneInfo(zone)), limit)
    assert due.timestamp() - at.timestamp() == limit.length.total_seconds()
    assert due.astimezone(ZoneInfo(there)) == due


@pytest.mark.parametrize(("month", "day", "hour"), [(3, 28, 13), (10, 24, 11)])
def test_twenty_four_hours_are_that_many_across_a_change_of_the_clocks(month, day, hour):
    started = datetime(2026, month, day, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    due = cra(started)["early_warning"].due.astimezone(ZoneInfo("Europe/Berlin"))
    assert (due.day, due.hour) == (day + 1, hour)


def test_the_hour_that_comes_twice_is_two_instants():
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    assert cra(second)["early_warning"].due - cra(first)["early_warning"].due == HOUR


@given(at=INSTANTS, passed=st.timedeltas(timedelta(0), timedelta(days=400)), limit=st.sampled_from(LIMITS))
def test_a_clock_is_late_from_the_instant_it_runs_out_and_not_before(at, passed, limit):
    (chosen,) = [each for each in offered() if limit in each.limits]
    moments = dict.fromkeys(limit.starts, at)
    clocks = running([Kept(policy=chosen)], Happened(case=moments, vendors={OURS: {}}), owner=DESK)
    clock = next(each for each in clocks if each.name == limit.name)
    assert clock.state(at + passed) is (State.LATE if passed >= limit.length else State.RUNNING)
    assert 0 <= clock.used(at + passed) <= 1
    reminders = list(clock.reminders())
    assert reminders[-1] == (timedelta(0), clock.due)
    assert all(at < when <= clock.due for _, when in reminders)


def test_the_reports_of_the_cyber_resilience_act_are_due_as_its_article_14_says():
    waiting = cra()
    assert waiting["early_warning"].due == NOON + 24 * HOUR
    assert waiting["notification"].due == NOON + 72 * HOUR
    assert waiting["final_report"].state(NOON + 90 * DAY) is State.WAITING, "no corrective measure is available"
    assert cra(fix_ready=NOON + 5 * DAY)["final_report"].due == NOON + 19 * DAY
    assert cra(fix_ready=NOON - 5 * DAY)["final_report"].due == NOON + 14 * DAY, "there is nothing to report before"


@pytest.mark.parametrize(("sent", "state"), [(24, State.MET), (25, State.MET_LATE)])
def test_what_was_asked_for_stops_its_clock_and_no_other(sent, state):
    clocks = cra(early_warning=NOON + sent * HOUR)
    assert clocks["early_warning"].state(NOON + 2 * DAY) is state
    assert clocks["notification"].state(NOON + 2 * DAY) is State.RUNNING


def test_a_finders_ninety_days_run_for_each_vendor_from_when_it_was_told_and_seven_once_attacks_are_seen():
    told = [
        fact(Event.VENDOR_AWARE, NOON, OURS),
        fact(Event.VENDOR_AWARE, NOON + DAY, THEIRS),
        fact(Event.FIX_READY, NOON + DAY, OURS),
        fact(Event.ATTACKS_OBSERVED, NOON + 3 * DAY),
    ]
    clocks = running([Kept(policy=policy("finder:90-days"))], happened(told, [OURS, THEIRS], []))
    due = {(each.name, each.seat): (each.due, each.state(NOON + 4 * DAY)) for each in clocks}
    assert due == {
        ("fix", OURS): (NOON + 90 * DAY, State.MET),
        ("fix", THEIRS): (NOON + 91 * DAY, State.RUNNING),
        ("exploited", OURS): (NOON + 10 * DAY, State.MET),
        ("exploited", THEIRS): (NOON + 10 * DAY, State.RUNNING),
    }


def test_a_coordinators_clock_is_one_for_the_case_and_runs_from_the_first_vendor_told():
    told = [fact(Event.VENDOR_AWARE, NOON + DAY, OURS), fact(Event.VENDOR_AWARE, NOON, THEIRS)]
    known = happened(told, [OURS, THEIRS], [])
    (clock,) = running([Kept(policy=policy("coordinator:45-days"))], known, owner=DESK)
    assert (clock.seat, clock.due) == (DESK, NOON + 45 * DAY)


@pytest.mark.parametrize("is_out", [True, False])
@pytest.mark.parametrize("reason", EndReason)
def test_publication_stops_what_waits_for_it_and_the_end_of_an_embargo_alone_does_not(reason, is_out):
    told = [
        fact(Event.VENDOR_AWARE, NOON, OURS),
        *([fact(Event.PUBLIC_AWARE, NOON + DAY)] if is_out else []),
        Entry(at=NOON + DAY, moves=Moves.EMBARGO, verb=EmbargoVerb.TERMINATE, because=reason),
    ]
    (clock,) = running([Kept(policy=policy("coordinator:45-days"))], happened(told, [OURS], []))
    assert clock.state(NOON + 2 * DAY) is (State.MET if is_out else State.RUNNING)


def test_a_vendor_that_keeps_a_policy_keeps_it_for_itself_and_two_that_keep_it_have_each_clock_once():
    known = happened([fact(Event.ATTACKS_OBSERVED)], [OURS, THEIRS], [])
    alone = [Kept(policy=policy("eu:cra"), seats=frozenset({OURS}))]
    assert {each.seat for each in running(alone, known)} == {OURS}
    both = running([*alone, Kept(policy=policy("eu:cra"))], known)
    assert len(both) == len({each.key for each in both}) == 6


def test_who_knew_before_the_case_did_says_so_and_a_later_word_of_the_same_party_takes_its_place():
    told = [fact(Event.VENDOR_AWARE, NOON, OURS), fact(Event.ATTACKS_OBSERVED, NOON + DAY)]

    def aware(*days):
        marks = [Mark(seat=OURS, moment=Moment.AWARE_OF_EXPLOITATION, at=NOON + each * DAY) for each in days]
        return happened(told, [OURS], marks).to(OURS)[Moment.AWARE_OF_EXPLOITATION]

    assert aware() == NOON + DAY
    assert aware(-2) == NOON - 2 * DAY
    assert aware(-2, -1) == NOON - DAY
    assert aware(9) == NOON + DAY, "nobody gains time by saying that it knew later than the case shows"


def test_a_list_that_was_told_counts_for_the_case():
    marks = [Mark(seat=DESK, moment=Moment.LIST_TOLD, at=NOON)]
    clocks = running([Kept(policy=policy("list:linux-distros"))], happened([], [OURS], marks))
    assert [each.due for each in clocks] == [NOON + 7 * DAY, NOON + 14 * DAY]


def test_the_embargo_has_the_clock_of_the_end_that_was_agreed_last():
    def step(verb, at, end=None):
        return Entry(at=at, moves=Moves.EMBARGO, verb=verb, end=end)

    agreed = [step(EmbargoVerb.ACCEPT, NOON, NOON + 9 * DAY), step(EmbargoVerb.ACCEPT, NOON + DAY, NOON + 5 * DAY)]
    assert embargo_clock([]) is None
    clock = embargo_clock(agreed)
    assert (clock.due, clock.state(NOON + 2 * DAY)) == (NOON + 5 * DAY, State.RUNNING)
    over = embargo_clock([*agreed, step(EmbargoVerb.TERMINATE, NOON + 3 * DAY)])
    assert over.state(NOON + 4 * DAY) not in STILL_ASKS


def test_each_policy_waits_for_moments_that_somebody_can_tell():
    by_history = {Moment.TOLD, Moment.ATTACKS, Moment.PUBLIC}
    for each in offered():
        assert each.moments <= by_history | OF_A_VENDOR | OF_THE_CASE, each.name
        assert {limit.asks for limit in each.limits} <= {Capacity.OWNER, Capacity.VENDOR}
        assert all(limit.remind == tuple(sorted(limit.remind, reverse=True)) for limit in each.limits)
    with pytest.raises(NotFound):
        policy("eu:cra", version=99)


def asked(*given):
    return CliRunner().invoke(app, ["clocks", *given], catch_exceptions=False)


def test_the_command_line_works_dates_out_from_moments_in_any_zone():
    answer = asked(
        "compute", "eu:cra", "aware_of_exploitation=2026-03-28T12:00:00+01:00", "--zone", "Asia/Kathmandu", "--json"
    )
    first = json.loads(answer.stdout)[0]
    assert (first["due"], first["due_there"]) == ("2026-03-29T11:00:00+00:00", "2026-03-29T16:45:00+05:45")
    assert [each["policy"] for each in json.loads(asked("policies", "--json").stdout)] == [
        "coordinator:45-days",
        "eu:cra",
        "finder:90-days",
        "list:linux-distros",
    ]
    assert "Article 14" in asked("policies").stdout


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (["told=2026-03-28T12:00:00"], "told"),
        (["told"], "MOMENT"),
        (["list_told=2026-03-28T12:00:00Z"], "MOMENT"),
        (["told=2026-03-28T12:00:00Z", "--zone", "Europe/Nowhere"], "zone"),
        (["told=2026-03-28T12:00:00Z", "--zone", "../etc/passwd"], "zone"),
    ],
)
def test_what_cannot_be_read_is_named(given, place):
    with pytest.raises(BadInput) as refused:
        asked("compute", "finder:90-days", *given)
    assert refused.value.place == place
