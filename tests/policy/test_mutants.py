"""A policy that is wrong in one of its three forms is noticed: every change of one is told by the other two."""

import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import pytest

from policy import mutants
from policy.agreement import subsystems, witnesses
from policy.recorded import policies, record, told_with
from policy.survivors import reason_of

pytestmark = pytest.mark.xdist_group("mutants")  # they are counted together in the end
AT_LEAST = 0.95
TRIED: dict[str, dict[str, bool]] = {}


def of_policy_table(subsystem, worlds):
    for action in dict.fromkeys(witness.action for witness in witnesses(subsystem) if witness.action):
        facts = {each for world in worlds for each in world.facts(action)}
        for name, rules in mutants.of_rule(action):
            if any(world.told_by_policy(action, rules) for world in worlds):
                yield name, True
            elif not mutants.answers_alike(action, rules, facts):
                yield name, False


def of_scopes(subsystem, worlds):
    if find_spec(f"levee.{subsystem}.scopes") is None:
        return
    module = import_module(f"levee.{subsystem}.scopes")
    for mutant in mutants.of_scopes(module):
        yield mutant.name, any(world.told_by_scope(partial(mutants.scope_with, module, mutant)) for world in worlds)


def of_row_level_security(subsystem, worlds, owner):
    for table, *policy in list(policies(subsystem)):
        for name, statement in mutants.of_policy(table, *policy):
            yield name, told_with(statement, worlds, owner, about="" if table == "ledger_log" else table)


@pytest.fixture(scope="module", autouse=True)
def counted(request):
    """Of all changes, where all were tried, at least 95 % are told; the others are printed with their reasons."""
    yield
    if TRIED.keys() == set(subsystems()):
        told = [each for tried in TRIED.values() for each in tried.values()]
        survivors = sorted(name for tried in TRIED.values() for name, each in tried.items() if not each)
        lines = [f"{name}: {reason_of(name)}" for name in survivors]
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stderr.write("\n".join(["", *lines, f"{sum(told)} of {len(told)} changes told", ""]))
        assert sum(told) >= AT_LEAST * len(told)


@pytest.mark.parametrize("subsystem", subsystems())
def test_every_change_of_one_form_is_told_by_the_others(subsystem, real_db, server):
    owner = server.owner.user
    worlds = record(subsystem, owner)
    assert not any(world.told_by_rls() for world in worlds)
    tried = dict(of_policy_table(subsystem, worlds))
    tried |= of_scopes(subsystem, worlds)
    tried |= of_row_level_security(subsystem, worlds, owner)
    TRIED[subsystem] = tried
    survivors = {name for name, told in tried.items() if not told}
    unlisted = {name for name in survivors if reason_of(name) is None}
    assert not unlisted, f"{len(unlisted)} of {len(tried)} changes went unnoticed:\n" + "\n".join(sorted(unlisted))
