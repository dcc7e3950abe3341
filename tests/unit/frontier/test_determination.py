"""A rate is compared with a threshold as it was planned, and what is not clear stays undecided."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.frontier.determination.deciding import SAYS, Outcome, decide, sensitivity
from levee.frontier.determination.elicitation import over_tokens, over_tries
from levee.frontier.determination.horizon import horizons
from levee.frontier.determination.plan import Cheats, Cluster, Estimand, Plan, Spending, read_plan
from levee.frontier.determination.rates import grouped, rate, rate_of
from levee.frontier.determination.runs import Run, read_runs
from levee.frontier.determination.spending import boundaries
from levee.frontier.determination.telling import determination
from levee.kernel.errors import BadInput

PACK = "sha256:" + "0" * 64
EARLY = (20, 40, 60, 80)


def planned(**more):
    return Plan(**{"pack": PACK, "threshold": 0.5, "looks": EARLY, "epochs": 4, **more})


def solving(share, *, tasks=80, epochs=4, seed=1, **more):
    """Runs of tasks that are solved as often as that, each as often as the others."""
    rng = np.random.default_rng(seed)
    return [
        Run(task=f"t{task}", epoch=epoch, success=bool(rng.random() < share), **more)
        for task in range(tasks)
        for epoch in range(1, epochs + 1)
    ]


def varying(level, *, tasks, epochs, spread=2.0, seed=1):
    """The same of tasks of which some are easy and some hard."""
    rng = np.random.default_rng(seed)
    chances = 1 / (1 + np.exp(-(level + spread * rng.standard_normal(tasks))))
    return (rng.random((tasks, epochs)) < chances[:, None]).astype(float).tolist()


@pytest.mark.parametrize(("share", "outcome"), [(0.9, Outcome.ABOVE), (0.1, Outcome.BELOW)])
def test_what_is_far_from_the_threshold_is_decided_at_the_first_look(share, outcome):
    decision = decide(planned(), solving(share))
    assert decision.outcome is outcome
    assert [each.tasks for each in decision.looks] == [20]
    assert decision.finished
    assert decision.runs == 80


def test_what_is_close_to_the_threshold_stays_undecided_after_all_looks():
    decision = decide(planned(), solving(0.5, seed=4))
    assert decision.outcome is Outcome.UNDECIDED
    assert [each.tasks for each in decision.looks] == [*EARLY]
    assert decision.finished
    assert decision.last.low < 0.5 < decision.last.high


def test_runs_that_stop_between_looks_leave_the_plan_unfinished():
    decision = decide(planned(), solving(0.5, tasks=50, seed=4))
    assert [each.tasks for each in decision.looks] == [20, 40]
    assert not decision.finished


def test_a_task_with_an_epoch_missing_is_not_looked_at():
    runs = solving(0.9, tasks=20)
    with pytest.raises(BadInput) as refused:
        decide(planned(), runs[:-1])
    assert "19 are whole" in refused.value.message


def test_too_few_clusters_that_are_all_alike_decide_nothing():
    tasks = planned(looks=(10, 20), threshold=0.8)
    decision = decide(tasks, solving(1.0, tasks=10))
    assert decision.outcome is Outcome.UNDECIDED
    assert decision.last.high == 1


@pytest.mark.parametrize(
    ("cheats", "outcome"), [(Cheats.FAIL, Outcome.BELOW), (Cheats.DROP, Outcome.BELOW), (Cheats.COUNT, Outcome.ABOVE)]
)
def test_an_outcome_that_rests_on_cheating_is_shown_as_such(cheats, outcome):
    honest = solving(0.1, tasks=80, epochs=1)
    runs = [*honest, *(Run(task=each.task, epoch=n, success=True, cheated=True) for each in honest for n in (2, 3, 4))]
    assert decide(planned(cheats=cheats), runs).outcome is outcome
    assert sensitivity(planned(), runs)[cheats].outcome is outcome
    assert determination(planned(), runs)["rests_on_cheating"] is True


def test_tries_of_one_task_are_no_independent_tries():
    scores = {str(number): runs for number, runs in enumerate(varying(0, tasks=40, epochs=10))}
    found = rate_of(scores, Estimand.TASKS_LIKE_THESE, {})
    low, high = found.interval()
    as_if = 2 * 1.96 * math.sqrt(found.value * (1 - found.value) / 400)
    assert high - low > 1.5 * as_if


def test_these_very_tasks_are_known_better_than_tasks_like_them():
    scores = {str(number): runs for number, runs in enumerate(varying(0, tasks=40, epochs=10))}
    widths = []
    for estimand in (Estimand.THESE_TASKS, Estimand.TASKS_LIKE_THESE):
        low, high = rate_of(scores, estimand, {}).interval()
        widths.append(high - low)
    assert widths[0] < widths[1] / 2


def test_tasks_of_one_family_stand_for_one_another():
    families = {str(number): str(number // 8) for number in range(96)}
    scores = {task: [float(int(family) % 2)] for task, family in families.items()}
    by_task, by_family = (rate_of(scores, Estimand.TASKS_LIKE_THESE, each) for each in ({}, families))
    assert by_task.value == by_family.value == 0.5
    assert by_family.error > 2.5 * by_task.error
    assert by_family.freedom == 11


@pytest.mark.parametrize("level", [-3.0, 0.0, 1.0])
def test_intervals_hold_the_truth_as_often_as_they_say(level):
    nodes, weights = np.polynomial.hermite_e.hermegauss(101)
    truth = float((weights / weights.sum() / (1 + np.exp(-(level + 2 * nodes)))).sum())
    held = 0
    for seed in range(600):
        scores = {str(number): runs for number, runs in enumerate(varying(level, tasks=60, epochs=5, seed=seed))}
        low, high = rate_of(scores, Estimand.TASKS_LIKE_THESE, {}).interval()
        held += low <= truth <= high
    assert 0.92 <= held / 600 <= 0.98  # two and a half standard errors around 95 per cent, with seeds that are fixed


def test_many_looks_together_err_as_seldom_as_planned():
    wrong = {Outcome.ABOVE: 0, Outcome.BELOW: 0, Outcome.UNDECIDED: 0}
    for seed in range(400):
        runs = [
            Run(task=str(task), epoch=epoch, success=bool(each))
            for task, there in enumerate(varying(0, tasks=80, epochs=2, seed=seed))
            for epoch, each in enumerate(there, 1)
        ]
        wrong[decide(planned(epochs=2), runs).outcome] += 1
    assert wrong[Outcome.ABOVE] <= 18  # 2.5 % of 400 is 10, and two and a half standard errors more are 18
    assert wrong[Outcome.BELOW] <= 18


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        (Spending.OBRIEN_FLEMING, (4.877, 3.357, 2.680, 2.290, 2.031)),
        (Spending.POCOCK, (2.438, 2.427, 2.410, 2.397, 2.386)),
    ],
)
def test_boundaries_are_those_that_are_published(spending, published):
    assert boundaries((1, 2, 3, 4, 5), 0.025, spending) == pytest.approx(published, abs=0.003)


def test_one_look_takes_what_a_single_test_takes():
    assert boundaries((40,), 0.025, Spending.POCOCK) == pytest.approx((1.95996,), abs=0.001)


@given(
    looks=st.lists(st.integers(10, 400), min_size=1, max_size=8, unique=True).map(sorted).map(tuple),
    error=st.sampled_from([0.005, 0.025, 0.1]),
    spending=st.sampled_from(Spending),
)
@settings(max_examples=25, deadline=None)
def test_no_look_decides_more_easily_than_a_single_test_would(looks, error, spending):
    single = boundaries((1,), error, spending)[0]
    assert all(each >= single - 0.002 for each in boundaries(looks, error, spending))


def test_success_grows_with_tokens_and_with_tries():
    runs = [
        Run(task=str(task), epoch=epoch, success=epoch * 1000 >= task * 100, tokens=epoch * 1000)
        for task in range(40)
        for epoch in (1, 2, 3, 4)
    ]
    tasks = grouped(runs)
    spent = over_tokens(tasks, Estimand.TASKS_LIKE_THESE, Cluster.TASK)
    assert [each.rate for each in spent] == sorted(each.rate for each in spent)
    assert (spent[0].at, spent[-1].at) == (1000, 4000)
    assert spent[-1].rate == pytest.approx(rate(tasks, Estimand.TASKS_LIKE_THESE, Cluster.TASK).value)
    tries = over_tries(tasks, Estimand.TASKS_LIKE_THESE, Cluster.TASK)
    assert [each.at for each in tries] == [1, 2, 3, 4]
    assert [each.rate for each in tries] == sorted(each.rate for each in tries)


def test_tries_are_counted_without_bias():
    tasks = {"t": [Run(task="t", epoch=epoch, success=epoch <= 2) for epoch in (1, 2, 3, 4)]}
    two = over_tries(tasks | {"u": tasks["t"]}, Estimand.TASKS_LIKE_THESE, Cluster.TASK)[1]
    assert two.rate == pytest.approx(1 - 1 / 6)  # of the six pairs of four tries, one has no success


def lengths(*, hour=60.0, tasks=150, seed=1):
    rng = np.random.default_rng(seed)
    found = {}
    for task in range(tasks):
        length = rng.uniform(0, 10)
        chance = 1 / (1 + math.exp(-(math.log2(hour) - length)))
        found[str(task)] = [
            Run(task=str(task), family=str(task % 15), epoch=e, success=bool(rng.random() < chance), minutes=2**length)
            for e in (1, 2, 3)
        ]
    return found


@pytest.mark.parametrize("hour", [8.0, 60.0, 240.0])
def test_a_horizon_is_found_again_in_what_was_simulated(hour):
    half, four_fifths = horizons(lengths(hour=hour), draws=300)
    assert half.low <= hour <= half.high
    assert hour / 2 < half.minutes < hour * 2
    assert four_fifths.minutes == pytest.approx(half.minutes / 4, rel=0.6)  # two doublings less, where the slope is one


def test_no_horizon_is_made_of_times_that_nobody_measured():
    told = determination(planned(), solving(0.9))
    assert "without measured human times" in told["horizon"]["none"]
    with pytest.raises(BadInput):
        horizons({"a": [Run(task="a", epoch=1, success=True, minutes=3)], "b": [Run(task="b", epoch=1, success=True)]})
    with pytest.raises(BadInput):
        horizons({name: [Run(task=name, epoch=1, success=True, minutes=3)] for name in "ab"})


def test_a_determination_says_what_it_is_not():
    told = determination(planned(), solving(0.9))
    assert told["says"] == SAYS
    for word in ("not an approval", "a licence", "nothing waits on it", "lower bound"):
        assert word in SAYS
    json.dumps(told, allow_nan=False)


def test_the_same_runs_say_the_same_and_other_runs_have_another_digest():
    runs = solving(0.6, tokens=10)
    assert determination(planned(), runs) == determination(planned(), runs)
    other = [*runs[:-1], Run(task=runs[-1].task, epoch=4, success=not runs[-1].success, tokens=10)]
    assert determination(planned(), runs)["runs"]["digest"] != determination(planned(), other)["runs"]["digest"]


def told(**more):
    return {"pack": PACK, "threshold": 0.5, "looks": [20, 40], **more}


def test_a_plan_has_one_digest_however_it_is_written():
    assert read_plan(told()).digest == read_plan({**told(epochs=1, error=0.025), "cheats": "fail"}).digest
    assert read_plan(told()).digest != read_plan(told(threshold=0.51)).digest


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"pack": "abc"}, "/pack"),
        ({"threshold": 1}, "/threshold"),
        ({"threshold": float("nan")}, "/threshold"),
        ({"threshold": True}, "/threshold"),
        ({"looks": []}, "/looks"),
        ({"looks": [40, 20]}, "/looks"),
        ({"looks": [5, 20]}, "/looks"),
        ({"epochs": 0}, "/epochs"),
        ({"error": 0.5}, "/error"),
        ({"estimand": "all"}, "/estimand"),
        ({"estimand": "these_tasks", "epochs": 3}, "/looks"),
        ({"estimand": "these_tasks", "looks": [20]}, "/epochs"),
        ({"cheats": "maybe"}, "/cheats"),
        ({"tokens": -1}, "/tokens"),
        ({"note": "x"}, "/note"),
    ],
)
def test_a_plan_that_cannot_be_held_to_is_refused_with_its_field(more, place):
    with pytest.raises(BadInput) as refused:
        read_plan(told(**more))
    assert refused.value.place == place


def test_a_plan_without_a_threshold_is_none():
    with pytest.raises(BadInput) as refused:
        read_plan({"pack": PACK, "looks": [20]})
    assert refused.value.place == "/threshold"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (b"[]", "line 2"),
        (b'{"task": "t", "epoch": 1}', "line 2, success"),
        (b'{"task": "t", "epoch": "1", "success": true}', "line 2, epoch"),
        (b'{"task": "t", "epoch": true, "success": true}', "line 2, epoch"),
        (b'{"task": "t", "epoch": 1, "success": 1}', "line 2, success"),
        (b'{"task": "t", "epoch": 1, "success": true, "score": 3}', "line 2, score"),
        (b'{"task": "t", "epoch": 1, "success": true, "tokens": -3}', "line 2"),
    ],
)
def test_a_run_that_cannot_be_read_is_refused_with_its_line(line, place):
    with pytest.raises(BadInput) as refused:
        read_runs([b'{"task": "t", "epoch": 1, "success": true}', line])
    assert refused.value.place == place


@pytest.mark.parametrize(
    "more",
    [
        Run(task="t0", epoch=1, success=True),
        Run(task="t0", epoch=5, success=True),
        Run(task="another", epoch=1, success=True, tokens=11),
        Run(task="t79", epoch=4, success=True, family="web"),
        Run(task="one too many", epoch=1, success=True),
    ],
)
def test_runs_beside_the_plan_are_refused(more):
    runs = [each for each in solving(0.5, tokens=1) if (each.task, each.epoch) != ("t79", 4)]
    with pytest.raises(BadInput):
        decide(planned(tokens=10), [*runs, more])
