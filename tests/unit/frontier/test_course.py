"""Access is given, bounded and taken back at will: in every state that there is, and red once a step is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.frontier.course.exploring import INVARIANTS, by_the_table, explore
from levee.frontier.course.machines import START, STATES, TABLE, By, Part, Step, Verb, after
from levee.kernel.errors import AgainstRules

WITHDRAWALS = [each for each in TABLE if each.verb is Verb.WITHDRAW]
RELEASES = [each for each in TABLE if each.verb is Verb.RELEASE]


def broken(table):
    return {each.invariant for each in explore(by_the_table(tuple(table))).breaches}


def test_in_every_state_either_side_withdraws_and_no_release_waits_on_anybody():
    found = explore()
    assert found.breaches == ()
    assert found.withdrawable == found.states > 2500
    assert found.waiting == 0


@pytest.mark.parametrize("gone", WITHDRAWALS, ids=lambda each: f"{each.named} to {'-'.join(each.moves.values())}")
def test_without_any_one_of_its_withdrawals_it_is_no_longer_voluntary(gone):
    assert "withdrawal" in broken(each for each in TABLE if each is not gone)


def test_without_the_developers_own_release_something_waits():
    assert "release" in broken(each for each in TABLE if each not in RELEASES)


@pytest.mark.parametrize(
    ("part", "states"),
    [
        (Part.ENQUIRY, {"answered"}),
        (Part.DETERMINATION, {"below"}),
        (Part.PARTNER, {"agreed"}),
        (Part.AGREEMENT, {"signed"}),
    ],
)
def test_a_release_that_waits_on_something_is_found(part, states):
    (release,) = RELEASES
    waits = Step(verb=release.verb, by=release.by, moves=release.moves, when={**release.when, part: frozenset(states)})
    assert "release" in broken([*(each for each in TABLE if each is not release), waits])


@pytest.mark.parametrize("part", [Part.ENQUIRY, Part.DETERMINATION, Part.PARTNER])
def test_an_answer_that_opens_something_else_is_found(part):
    opens = Step(
        verb=Verb.GIVE, by=By.DEVELOPER, moves={Part.GRANT: "given"}, when={part: frozenset({STATES[part][-1]})}
    )
    assert "no preclearance" in broken([*TABLE, opens])


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("irreversible", Step(verb=Verb.SIGN, by=By.EVALUATOR, moves={Part.AGREEMENT: "signed"})),
        ("irreversible", Step(verb=Verb.GIVE, by=By.DEVELOPER, moves={Part.GRANT: "given"})),
        (
            "one way",
            Step(
                verb=Verb.GIVE,
                by=By.DEVELOPER,
                moves={Part.GRANT: "given"},
                when={Part.AGREEMENT: frozenset({"signed"}), Part.GRANT: frozenset({"ended"})},
            ),
        ),
        ("one way", Step(verb=Verb.ANSWER, by=By.GOVERNMENT, moves={Part.RELEASE: "not yet"})),
        ("release", Step(verb=Verb.ANSWER, by=By.GOVERNMENT, moves={Part.RELEASE: "released"})),
        ("at once", Step(verb=Verb.WITHDRAW, by=By.DEVELOPER, moves={Part.AGREEMENT: "withdrawn"})),
    ],
)
def test_a_step_that_must_not_be_is_found(name, step):
    assert name in broken([*TABLE, step])


def test_every_invariant_can_be_broken_and_is_told_in_words():
    assert set(INVARIANTS) == {"withdrawal", "at once", "irreversible", "release", "no preclearance", "one way"}


@given(st.lists(st.sampled_from(TABLE), max_size=30), st.sampled_from([By.DEVELOPER, By.EVALUATOR]))
def test_whatever_was_done_one_call_takes_it_all_back(steps, by):
    state = START
    for step in steps:
        if step.possible(state):
            state = step.after(state)
    if state[Part.AGREEMENT] in {"none", "withdrawn"}:
        return
    over = after(state, Verb.WITHDRAW, by, Part.AGREEMENT)
    assert over[Part.AGREEMENT] == "withdrawn"
    assert over[Part.GRANT] != "given"
    assert over[Part.EVALUATION] not in {"planned", "running"}
    kept = {part: now for part, now in state.items() if part not in {Part.AGREEMENT, Part.GRANT, Part.EVALUATION}}
    assert kept.items() <= over.items()


def test_a_step_that_nobody_takes_is_refused_with_what_is_possible():
    with pytest.raises(AgainstRules) as refused:
        after(START, Verb.RUN, By.EVALUATOR, Part.EVALUATION)
    assert "offer agreement" in refused.value.advice()
    with pytest.raises(AgainstRules):
        after(START, Verb.WITHDRAW, By.GOVERNMENT, Part.AGREEMENT)
