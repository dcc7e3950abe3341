"""Skill against luck: from twenty histories on, with an exact interval, and below none is shown."""

from __future__ import annotations

from math import comb, lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.histories import DESIDERATA, by_luck, histories, walk
from levee.measures.intervals import interval
from levee.measures.skill import skills
from levee.measures.types import ENOUGH


@pytest.mark.parametrize(
    ("met", "over", "low", "high"),
    [(0, 20, 0.0, 0.1684), (20, 20, 0.8316, 1.0), (10, 20, 0.2720, 0.7280), (81, 263, 0.2527, 0.3676)],
)
def test_the_interval_is_that_of_clopper_and_pearson(met, over, low, high):
    assert interval(met, over) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 60).flatmap(lambda over: st.tuples(st.integers(0, over), st.just(over))))
def test_each_end_of_the_interval_leaves_a_fortieth(counts):
    met, over = counts
    low, high = interval(met, over)
    assert low <= met / over <= high
    if met:
        assert sum(comb(over, k) * low**k * (1 - low) ** (over - k) for k in range(met, over + 1)) == pytest.approx(
            0.025
        )
    if met < over:
        assert sum(comb(over, k) * high**k * (1 - high) ** (over - k) for k in range(met + 1)) == pytest.approx(0.025)


@pytest.mark.parametrize(("met", "over"), [(1, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_has_no_interval(met, over):
    with pytest.raises(ValueError, match="no share"):
        interval(met, over)


def test_an_interval_over_thousands_is_narrow_and_in_range():
    low, high = interval(2500, 5000)
    assert 0.48 < low < 0.5 < high < 0.52


def test_nineteen_histories_say_nothing_and_twenty_say_it():
    assert skills(["VFDPXA"] * (ENOUGH - 1)) == ()
    assert len(skills(["VFDPXA"] * ENOUGH)) == len(DESIDERATA)


def test_the_best_history_is_all_skill_and_the_worst_is_worse_than_luck():
    for best in skills(["VFDPXA"] * 20):
        assert best.skill == 1.0
        assert best.low < best.skill == best.high
    for worst in skills(["AXPVFD"] * 20):
        luck = float(by_luck()[worst.desideratum])
        assert worst.skill == pytest.approx(-luck / (1 - luck))


def test_a_walk_without_skill_has_none():
    """Each legal history as often as a walk takes it that picks its next step by chance."""
    walks = [walk(each) for each in histories()]
    common = lcm(*(each.probability.denominator for each in walks))
    many = [each.history for each in walks for _ in range(int(each.probability * common))]
    for each in skills(many):
        assert each.skill == pytest.approx(0, abs=1e-9)
        assert each.low < 0 < each.high


def test_what_has_not_happened_yet_comes_later_and_what_is_open_is_not_counted():
    told = {each.desideratum: each for each in skills(["V"] * 20 + ["VP"] * 5)}
    assert (told["VP"].met, told["VP"].over) == (25, 25)
    assert "FP" not in told, "five have decided on it, and the others have not"
    assert "XA" not in told, "neither happened: nothing is decided"
