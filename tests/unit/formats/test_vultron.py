"""Vultron's words for what happens in a case: each step of the machines is one message, and the rest says why not."""

from __future__ import annotations

import pytest

from levee.cases.course.replay import Moves
from levee.cases.rules.embargo import CONSENT, EMBARGO
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import REPORT
from levee.formats.vultron import MESSAGES, ONLY_HERE, STATES, Step, message_of, state_of, step_of
from levee.kernel.errors import BadInput

MACHINES = {Moves.REPORT: REPORT, Moves.EMBARGO: EMBARGO, Moves.CONSENT: CONSENT}
STEPS = [
    *((moves, before, verb) for moves in (Moves.REPORT, Moves.EMBARGO) for before, verb in MACHINES[moves].steps),
    *((Moves.FACTS, "", event) for event in Event),
]


def test_there_are_28_message_types_in_four_groups():
    groups = {letter: sum(name.startswith(letter) for name in MESSAGES) for letter in "RECG"}
    assert groups == {"R": 8, "E": 9, "C": 8, "G": 3}


@pytest.mark.parametrize(("moves", "before", "verb"), STEPS)
def test_each_step_of_the_machines_is_one_message_and_the_message_is_that_step(moves, before, verb):
    message = message_of(Step(moves, verb), before)
    assert message in MESSAGES
    assert step_of(message, before) == (moves, verb)


def test_every_message_is_a_step_or_says_why_it_is_none():
    taken = {message_of(Step(moves, verb), before) for moves, before, verb in STEPS}
    assert len(taken) == 19
    for name, message in MESSAGES.items():
        assert (message.step is not None) == (name in taken)
        assert bool(message.why_not) == (name not in taken)


@pytest.mark.parametrize(
    ("before", "expected"), [("none", "EP"), ("proposed", "EP"), ("active", "EV"), ("revise", "EV")]
)
def test_a_proposal_where_an_embargo_holds_is_a_revision(before, expected):
    assert message_of(Step(Moves.EMBARGO, "propose"), before) == expected


@pytest.mark.parametrize(("message", "state"), [("EV", "none"), ("EP", "active"), ("EC", "proposed"), ("EA", "revise")])
def test_a_message_that_does_not_fit_the_state_is_refused(message, state):
    with pytest.raises(BadInput, match=state):
        step_of(message, state)


@pytest.mark.parametrize("message", [name for name, each in MESSAGES.items() if each.step is None])
def test_what_is_no_step_here_is_refused_with_the_reason(message):
    with pytest.raises(BadInput) as refused:
        step_of(message, "none")
    assert MESSAGES[message].why_not in refused.value.message


@pytest.mark.parametrize("machine", [Moves.CONSENT, Moves.CLOCK, Moves.SILENCE])
def test_consent_and_clocks_are_no_message(machine):
    assert message_of(Step(machine, "accept"), "invited") == ""
    assert ONLY_HERE[machine]


@pytest.mark.parametrize("moves", MACHINES)
def test_every_state_has_one_name_there_and_back(moves):
    known = STATES[moves]
    assert set(known) == {state for (before, _), after in MACHINES[moves].steps.items() for state in (before, after)}
    assert len(set(known.values())) == len(known)
    assert all(state_of(moves, name) == ours for ours, name in known.items())


def test_an_unknown_message_state_or_step_is_refused():
    with pytest.raises(BadInput, match="28"):
        step_of("ZZ", "none")
    with pytest.raises(BadInput):
        state_of("EM", "Z")
    with pytest.raises(BadInput):
        message_of(Step("EM", "forget"), "none")
