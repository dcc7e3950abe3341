"""In which orders things may happen: counted from the tables, and held against orders worked out in another way."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from levee.cases.rules.facts import Event, every_state, facts
from levee.cases.rules.histories import (
    by_luck,
    histories,
    met,
    numbers_met,
    read_history,
    skill,
    walk,
    zero_days,
)
from levee.cli.main import app
from levee.kernel.errors import BadInput, Conflict

ORDERS = ["".join(each) for each in permutations("VFDPXA")]
LUCK = {
    "VP": 0.333, "VX": 0.667, "VA": 0.75, "FP": 0.111, "FX": 0.333, "FA": 0.375,
    "DP": 0.037, "DX": 0.167, "DA": 0.188, "PX": 0.5, "PA": 0.667, "XA": 0.5,
}  # fmt: skip


def comes(order, first, then):
    """Whether the first comes before the second, or directly after it."""
    return order.index(first) <= order.index(then) + 1


def may_be(order):
    """The published description, not the table: V before F before D; X drags P along, and P drags V."""
    fix = order.index("V") < order.index("F") < order.index("D")
    public = order.index("P") < order.index("X") or order.index("P") == order.index("X") + 1
    if order.index("V") < order.index("P"):
        return fix and public
    return fix and public and order.index("V") == order.index("P") + 1


def test_the_graph_of_facts_has_as_many_edges_as_the_model():
    states = every_state()
    assert len(set(map(str, states))) == 32
    assert sum(len(each.structural) for each in states) == 72
    assert sum(len(each.legal) for each in states) == 58
    ephemeral = [each for each in states if each.forced]
    assert [len(each.legal) for each in ephemeral] == [1] * 12
    assert {str(each) for each in ephemeral} == {
        str(each) for each in states if str(each)[3:5] == "pX" or (str(each)[0] == "v" and "P" in str(each))
    }


def test_seventy_orders_of_seven_hundred_and_twenty_are_legal():
    legal = {"".join(each) for each in histories()}
    assert len(legal) == 70
    assert legal == {order for order in ORDERS if may_be(order)}
    assert legal == {order for order in ORDERS if walk(read_history(order)).legal}
    assert sum(walk(each).probability for each in histories()) == 1


@given(st.sampled_from(ORDERS), st.integers(min_value=0, max_value=6))
def test_the_beginnings_of_legal_histories_are_exactly_the_legal_beginnings(order, length):
    beginning = order[:length]
    begins = any("".join(each).startswith(beginning) for each in histories())
    assert walk(read_history(beginning)).legal == begins


def test_luck_meets_each_wish_as_often_as_was_published():
    assert {name: round(float(share), 3) for name, share in by_luck().items()} == LUCK
    assert numbers_met(histories()) == [1, 0, 2, 4, 6, 9, 11, 11, 10, 8, 4, 3, 1]
    assert len(met(read_history("VFDPXA"))) == 12
    assert met(read_history("AXPVFD")) == ()


@given(st.sampled_from(sorted(LUCK)), st.floats(min_value=0, max_value=1))
def test_skill_is_nought_at_luck_one_at_always_and_negative_below_luck(wish, observed):
    assert skill(1, wish) == pytest.approx(1)
    assert skill(float(by_luck()[wish]), wish) == pytest.approx(0)
    assert (skill(observed, wish) < 0) == (observed < float(by_luck()[wish]))


@given(st.lists(st.sampled_from(Event), max_size=10))
def test_what_has_happened_never_becomes_undone(events):
    state = facts("vfdpxa")
    for event in events:
        before = state
        if event in state.legal:
            state = state.after(event)
            assert state.happened == before.happened | {event}
        else:
            with pytest.raises(Conflict):
                state.after(event)
    assert facts("vfdpxa").joined(state) == state
    if state.happened:
        with pytest.raises(Conflict, match="takes back"):
            state.joined(facts("vfdpxa"))


@pytest.mark.parametrize(
    ("letters", "kinds"),
    [
        ("vfdpxa", ("vulnerability",)),
        ("Vfdpxa", ()),
        ("VfdPxa", ("vulnerability",)),
        ("VFDPXA", ()),
        ("VFdPXa", ()),
        ("VfdPXa", ("vulnerability", "exploit")),
        ("VFDPxa", ()),
        ("vfdpXA", ("vulnerability", "exploit", "attack")),
        ("VFdpxA", ("attack",)),
    ],
)
def test_what_people_call_a_zero_day_is_told_apart_by_kind(letters, kinds):
    assert zero_days(facts(letters)) == kinds


@pytest.mark.parametrize("letters", ["", "vfdpx", "vFdpxa", "vfDpxa", "VfDpxa", "xfdpva"])
def test_six_letters_that_cannot_be_are_refused(letters):
    with pytest.raises(BadInput, match="“" + letters):
        facts(letters)


def test_the_command_prints_every_table_and_what_follows_from_them():
    told = json.loads(CliRunner().invoke(app, ["cases", "rules", "--json"]).stdout)
    assert [(each["name"], len(each["transitions"])) for each in told["machines"]] == [
        ("RM", 11),
        ("EM", 10),
        ("PEC", 15),
        ("claim", 5),
    ]
    assert sorted(told["counts"].values()) == [10, 11, 12, 15, 32, 58, 70, 72, 380, 520, 1120]
    assert sum(len(each["next"]) for each in told["facts"]) == 58
    assert [each["rule"] for each in told["rules"]] == list(range(1, 17))
    plain = CliRunner().invoke(app, ["cases", "rules"]).stdout
    assert "legal histories: 70" in plain
    assert "vfdPxa !" in plain


def test_the_command_says_of_each_history_why_it_cannot_be_or_how_good_it_is():
    asked = CliRunner().invoke(app, ["cases", "rules", "check", "--json", "VFDPXA", "PVFDXA", "XVFDPA", "vf"])
    assert asked.exit_code == 1
    best, late, never, part = json.loads(asked.stdout)
    assert (best["legal"], len(best["desiderata_met"]), best["probability"]) == (True, 12, pytest.approx(1 / 384))
    assert (late["legal"], "VP" in late["desiderata_met"]) == (True, False)
    assert (never["legal"], never["probability"]) == (False, 0)
    assert "that comes next" in never["why_not"]
    assert (part["legal"], part["complete"]) == (True, False)
    assert CliRunner().invoke(app, ["cases", "rules", "check", "VFDPXA"]).exit_code == 0


@pytest.mark.parametrize(("given", "where"), [("VFZ", "letter 3"), ("VV", "letter 2")])
def test_a_history_that_cannot_be_read_is_refused_by_its_letter(given, where):
    with pytest.raises(BadInput) as refused:
        read_history(given)
    assert where in refused.value.place
