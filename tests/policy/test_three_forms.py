"""One policy in three forms that share no code: the table, the scopes, row-level security."""

import pytest

from levee.policy.actions import Action
from levee.policy.decide import RULES
from policy import asking
from policy.agreement import Tally, compared, planted, subsystems, witnesses
from support.database import as_role

WORLDS = 300
AT_LEAST = 30


@pytest.mark.parametrize("subsystem", subsystems())
def test_policy_scope_and_row_level_security_agree_in_every_world(subsystem, real_db, server):
    owner, asked, tally = server.owner.user, witnesses(subsystem), Tally()
    with as_role(owner):
        asking.prepare()
    for seed in range(WORLDS):
        differences = compared(planted(seed, asked, owner), asked, owner, tally)
        assert not differences, "\n".join(differences[:10])
    seldom = {
        witness.action: (tally.allows[witness.action], tally.denies[witness.action])
        for witness in asked
        if witness.action and min(tally.allows[witness.action], tally.denies[witness.action]) < AT_LEAST
    }
    assert not seldom, f"too few allows or denies to mean anything: {seldom}"


def test_every_action_has_a_rule():
    assert set(RULES) == set(Action)


def test_every_action_has_a_witness():
    seen = {witness.action for subsystem in subsystems() for witness in witnesses(subsystem)}
    assert set(Action) - seen == set()
