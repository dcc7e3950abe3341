"""The page of governance says what the policy table says, for every action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from levee.policy.actions import Action
from levee.policy.actors import Capacity, Role, Standing
from levee.policy.decide import RULES
from levee.policy.token_scopes import IN_PERSON
from levee.policy.told import SAYS, told

LINES = {line.action: line for line in told()}


def test_every_action_is_told_once_in_words_of_its_own():
    assert set(LINES) == set(Action) == set(SAYS)
    assert len(told()) == len(Action)
    assert len({line.says for line in told()}) == len(Action)
    assert all(line.subject and line.who and line.of and line.part for line in told())


@pytest.mark.parametrize("action", list(Action))
def test_a_line_names_exactly_what_its_rule_asks_for(action):
    line, rule = LINES[action], RULES[action]
    for capacity in set(Capacity) - {Capacity.SERVICE}:
        assert (capacity.value in line.part.replace(",", "").split()) == (capacity in rule.capacities)
    assert ("its own" in line.part) == rule.own
    if line.roles != "—":
        assert {role for role in Role if role.value in line.roles.replace(",", "").split()} == rule.roles
    assert ("that has" in line.of) == (rule.standings != frozenset(Standing))
    assert line.in_person == (action in IN_PERSON)


def test_what_a_changed_table_allows_is_what_is_told():
    rules = {**RULES, Action.CASE_SEE: replace(RULES[Action.CASE_SEE], capacities=frozenset({Capacity.OBSERVER}))}
    (line,) = [each for each in told(rules) if each.action is Action.CASE_SEE]
    assert line.part == "observer"


def test_some_lines_read_as_people_would_say_them():
    hand_in = LINES[Action.FINDING_SUBMIT]
    assert (hand_in.who, hand_in.roles, hand_in.of, hand_in.part) == (
        "people and machines",
        "member or coordinator",
        "any that has joined",
        "its own",
    )
    decide = LINES[Action.FACT_DECIDE]
    assert (decide.who, decide.roles, decide.part, decide.otherwise) == (
        "people",
        "coordinator",
        "owner",
        "nothing, unless they may see it",
    )
    assert LINES[Action.CLOCK_REMIND].who == "jobs"
