"""The real services, in every state that there is: what they allow and refuse is what the table of steps says.

Wherever something stands, either side withdraws; in every state, the developer releases. All steps are tried in one
state of 48, and in each of them with `LEVEE_EVERY_STATE=1`.
"""

from __future__ import annotations

from functools import partial

import pytest

from levee.frontier import services
from levee.frontier.course.exploring import by_the_table, explore
from levee.frontier.course.machines import TABLE, By, Part, Verb, after
from levee.frontier.models import Agreement, Release
from levee.frontier.services import rows
from support.database import as_role
from support.every_state import EveryState, Keys
from support.frontier import sides_in

WITHDRAWALS = [each for each in TABLE if each.verb is Verb.WITHDRAW]


@pytest.fixture
def house(world):
    return EveryState(world, sides_in(world))


def every_state():
    """All states that the table reaches."""
    found = []
    explore(lambda state: found.append(state) or by_the_table()(state))
    return found


@pytest.mark.timeout(3600)
def test_the_services_take_the_steps_of_the_table_and_no_other(house):
    assert explore(house.sampled) == explore()


def written(house, states):
    """Each of the states, in rows of its own."""
    named = [(Keys.numbered(number), state) for number, state in enumerate(states, 1)]
    house.add(named)
    return [keys for keys, _ in named]


@pytest.mark.parametrize("by", [By.DEVELOPER, By.EVALUATOR])
def test_either_side_takes_everything_back_in_one_call_from_every_state_in_which_something_stands(world, house, by):
    states = [state for state in every_state() if state[Part.AGREEMENT] not in {"none", "withdrawn"}]
    assert len(states) > 1500
    written(house, states)
    assert services.withdraw_all(house.actors[by]) == len(states)
    with as_role(world.owner_role):
        assert not Agreement.unscoped.exclude(agreement="withdrawn").exists()
        assert not Agreement.unscoped.filter(grant="given").exists()
        assert not Agreement.unscoped.filter(evaluation__in=["planned", "running"]).exists()


def test_a_developer_releases_its_model_in_every_state(world, house):
    states = [state for state in every_state() if state[Part.RELEASE] == "not yet"]
    assert len(states) > 1500
    for keys in written(house, states):
        services.note_release(house.actors[By.DEVELOPER], model=keys.model)
    with as_role(world.owner_role):
        assert Release.unscoped.count() == len(states)


@pytest.mark.parametrize("gone", WITHDRAWALS, ids=lambda each: f"{each.named} to {'-'.join(each.moves.values())}")
def test_services_that_miss_any_one_withdrawal_are_no_longer_voluntary(house, monkeypatch, gone):
    there = next(state for state in every_state() if gone.possible(state))
    table = tuple(each for each in TABLE if each is not gone)
    monkeypatch.setattr(rows, "after", partial(after, table=table))
    found = explore(lambda state: house.taken(state) if state == there else by_the_table()(state))
    assert ("withdrawal", there) in [(each.invariant, each.state) for each in found.breaches]
