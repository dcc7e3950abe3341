from uuid import uuid4

import pytest

from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.validation import selectors, services
from levee.validation.models import Verdict
from levee.validation.types import Accuracy, Judgement, Result
from support.database import as_role
from support.running import hand_in

SAID = {"name": "R. Okonjo", "statement": "seen on the bench"}


def planted(world, finder, result, key="k"):
    """A finding whose verdict is already there."""
    finding = hand_in(finder, None, key=key)
    with as_role(world.owner_role):
        Verdict.unscoped.create(
            id=uuid4(),
            finding=finding,
            finder=finder.party,
            result=result,
            target="source:tidepack@1.0.0",
            kind="memory",
            effect_shown=3,
            effect_runs=5,
            contrast="none",
            reach="unknown",
            detail="d",
            at=world.clock.now(),
        )
    return finding


def test_a_coordinator_accepts_on_evidence_by_name(world):
    finder, coordinator = world.finder(), world.coordinator()
    finding = planted(world, finder, Result.BEYOND_SANDBOX)
    assert [each.finding for each in selectors.waiting(coordinator)] == [finding]
    services.judge(coordinator, finding, judgement=Judgement.ACCEPTED, **SAID)
    verdict = selectors.verdict(finder, finding)
    assert verdict.settled
    assert (verdict.said.name, verdict.said.statement) == ("R. Okonjo", "seen on the bench")
    assert verdict.result is Result.BEYOND_SANDBOX  # what was accepted by a person never reads as shown by a machine
    assert selectors.waiting(coordinator) == []


def test_a_contract_statement_settles_a_shown_effect_and_nothing_else(world):
    finder, coordinator = world.finder(), world.coordinator()
    shown = planted(world, finder, Result.EFFECT_SHOWN, "a")
    absent = planted(world, finder, Result.NOT_REPRODUCED, "b")
    services.judge(coordinator, shown, judgement=Judgement.CONTRACT, **SAID)
    assert selectors.verdict(coordinator, shown).settled
    with pytest.raises(Conflict):
        services.judge(coordinator, absent, judgement=Judgement.CONTRACT, **SAID)


@pytest.mark.parametrize("judgement", [Judgement.DECLINED, Judgement.FORGED])
def test_what_a_person_declines_or_calls_forged_does_not_go_on(world, judgement):
    finding = planted(world, world.finder(), Result.EFFECT_SHOWN)
    services.judge(world.coordinator(), finding, judgement=judgement, **SAID)
    verdict = selectors.verdict(world.coordinator(), finding)
    assert not verdict.settled
    assert not verdict.waits


def test_a_confirmed_finding_can_only_be_called_forged(world):
    coordinator = world.coordinator()
    finding = planted(world, world.finder(), Result.CONFIRMED)
    with pytest.raises(Conflict):
        services.judge(coordinator, finding, judgement=Judgement.DECLINED, **SAID)
    services.judge(coordinator, finding, judgement=Judgement.FORGED, **SAID)
    assert not selectors.verdict(coordinator, finding).settled


def test_nobody_judges_twice_before_a_verdict_or_without_name_and_reason(world):
    finder, coordinator = world.finder(), world.coordinator()
    finding, early = planted(world, finder, Result.FLAKY), hand_in(finder, None, key="early")
    with pytest.raises(Conflict):
        services.judge(coordinator, early, judgement=Judgement.ACCEPTED, **SAID)
    for missing in ("name", "statement"):
        with pytest.raises(BadInput) as refused:
            services.judge(coordinator, finding, judgement=Judgement.ACCEPTED, **{**SAID, missing: " "})
        assert refused.value.place == missing
    services.judge(coordinator, finding, judgement=Judgement.ACCEPTED, **SAID)
    with pytest.raises(Conflict):
        services.judge(coordinator, finding, judgement=Judgement.FORGED, **SAID)


def test_only_a_coordinator_in_person_judges(world):
    finder = world.finder()
    finding = planted(world, finder, Result.EFFECT_SHOWN)
    refused = [
        finder,
        world.actor(world.house, Role.MEMBER),
        world.actor(world.house, Role.MEMBER, Role.COORDINATOR, kind=PrincipalKind.AGENT),
        world.actor(world.organisation(OrganisationKind.VENDOR), Role.MEMBER, Role.COORDINATOR),
    ]
    for actor in refused:
        with pytest.raises((Forbidden, NotFound)):
            services.judge(actor, finding, judgement=Judgement.CONTRACT, **SAID)


def test_accuracy_counts_what_others_judged_and_leaves_the_rest_out(world):
    finder, coordinator = world.finder(), world.coordinator()
    results = {
        "confirmed": Result.CONFIRMED,
        "stated": Result.EFFECT_SHOWN,
        "waiting": Result.EFFECT_SHOWN,
        "slop": Result.NOT_REPRODUCED,
        "everywhere": Result.CONTROL_FAILED,
        "forged": Result.CONFIRMED,
        "own": Result.CONFIRMED,
        "own slop": Result.NOT_REPRODUCED,
        "accepted": Result.BEYOND_SANDBOX,
        "declined": Result.EFFECT_SHOWN,
        "by chance": Result.FLAKY,
        "unbuilt": Result.BUILD_FAILED,
    }
    keys = {name: planted(world, finder, result, name) for name, result in results.items()}
    for name, judgement in (
        ("stated", Judgement.CONTRACT),
        ("forged", Judgement.FORGED),
        ("accepted", Judgement.ACCEPTED),
        ("own", Judgement.OWN),
        ("own slop", Judgement.OWN),
        ("declined", Judgement.DECLINED),
    ):
        services.judge(coordinator, keys[name], judgement=judgement, **SAID)
    assert selectors.verdict(coordinator, keys["own"]).settled
    assert not selectors.verdict(coordinator, keys["own slop"]).settled
    for reader in (coordinator, finder):
        found = selectors.accuracy(reader, finder.party)
        assert (found.right, found.wrong, found.percent) == (2, 3, 40)
    assert selectors.accuracy(world.finder(), finder.party) == Accuracy(right=0, wrong=0)
    assert Accuracy(right=0, wrong=0).percent is None
