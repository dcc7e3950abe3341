"""One policy in three forms that share no code: the table, the scopes, row-level security."""

from levee.policy.actions import Action
from levee.policy.decide import RULES
from policy import agreement
from policy.agreement import Tally, compare, witnesses

WORLDS = 300
AT_LEAST = 30


def test_policy_scope_and_row_level_security_agree_in_every_world(db, server):
    agreement.OWNER[0] = server.owner.user
    tally = Tally()
    for seed in range(WORLDS):
        compare(seed, witnesses(), server.owner.user, tally)
    assert not tally.differences, "\n".join(tally.differences[:10])
    seldom = {
        action: (tally.allows[action], tally.denies[action])
        for action in {witness.action for witness in witnesses()}
        if min(tally.allows[action], tally.denies[action]) < AT_LEAST
    }
    assert not seldom, f"too few allows or denies to mean anything: {seldom}"


def test_every_action_has_a_rule():
    assert set(RULES) == set(Action)
