"""Who makes and ships what, and cases that are opened under the policy of their project."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.projects.policies import AiFound, Counts, Terms
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.embargo import Embargo, EmbargoVerb
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.policy.actors import PrincipalKind, Role
from support.coordination import cluster_of, vendor_of
from support.running import hand_in

MINIMIST = "pkg:npm/minimist"
REFUSED = "case.project_policy"
BY_AI = {"provenance": {"tool": "harrow", "model": "m", "model_version": "1"}}


def confirmed(world, vendor, *, component=MINIMIST, keeps=Keeps.MAKES):
    return services.state_upkeep(
        world.coordinator(), component=component, keeps=keeps, because="its registry", organisation=vendor.party
    )


def policy(actor, terms, **given):
    return services.set_policy(actor, **({"project": MINIMIST, "terms": terms, "source": "SECURITY.md"} | given))


def opened(world, coordinator, *, days=30, because="", **finding):
    found = hand_in(world.finder("Harrow"), None, target="npm:minimist@0.0.8", contrast="0.2.1", **finding)
    end = world.clock.now() + timedelta(days=days) if days else None
    cluster = cluster_of(world, found)
    return services.open_case(coordinator, cluster=cluster, title="t", summary="", embargo_end=end, because=because)


def test_a_maker_sets_the_policy_of_its_project_once_the_clearinghouse_knows_it(world):
    vendor = vendor_of(world)
    services.state_upkeep(vendor, component=f"{MINIMIST}@1.2.8", keeps=Keeps.MAKES, because="our registry")
    with pytest.raises(Forbidden):
        policy(vendor, Terms())
    confirmed(world, vendor)
    policy(vendor, Terms(longest_days=45))
    policy(vendor, Terms(longest_days=30), project=f"{MINIMIST}@1.2.8")
    assert [(each.project, each.version, each.terms.longest_days) for each in selectors.policies(vendor)] == [
        (MINIMIST, 2, 30),
        (MINIMIST, 1, 45),
    ]


@pytest.mark.parametrize("keeps", [Keeps.SHIPS, Keeps.MAKES])
def test_who_ships_a_component_or_makes_it_no_more_sets_no_policy(world, keeps):
    vendor = vendor_of(world)
    key = confirmed(world, vendor, keeps=keeps)
    services.end_upkeep(world.coordinator(), key)
    if keeps is Keeps.SHIPS:
        confirmed(world, vendor, keeps=keeps)
    with pytest.raises(Forbidden):
        policy(vendor, Terms())


def test_what_is_said_of_components_is_seen_by_their_organisation_and_the_clearinghouse(world):
    vendor, other = vendor_of(world), vendor_of(world)
    services.state_upkeep(vendor, component=MINIMIST, keeps=Keeps.SHIPS, because="our products")
    confirmed(world, vendor)
    for reader, seen in ((vendor, 2), (world.coordinator(), 2), (other, 0), (world.finder(), 0)):
        assert len(selectors.upkeep(reader)) == seen
    policy(world.coordinator(), Terms())
    assert not selectors.policies(vendor)
    assert not selectors.policies(other)


def test_only_who_said_it_takes_it_back_and_nothing_is_said_twice(world):
    vendor, other = vendor_of(world), vendor_of(world)
    own = services.state_upkeep(vendor, component=MINIMIST, keeps=Keeps.SHIPS, because="our products")
    known = confirmed(world, vendor)
    with pytest.raises(Conflict):
        confirmed(world, vendor)
    with pytest.raises(Forbidden):
        services.end_upkeep(vendor, known)
    with pytest.raises(NotFound):
        services.end_upkeep(other, own)
    services.end_upkeep(vendor, own)
    with pytest.raises(NotFound):
        services.end_upkeep(vendor, own)


def test_what_cannot_be_said_is_refused_with_its_field(world):
    vendor, coordinator = vendor_of(world), world.coordinator()
    said = {"component": MINIMIST, "keeps": Keeps.MAKES, "because": "b"}
    for given, place in (({"component": "minimist"}, "component"), ({"because": " "}, "because")):
        with pytest.raises(BadInput) as refused:
            services.state_upkeep(vendor, **(said | given))
        assert refused.value.place == place
    for given, place in (({"project": "minimist"}, "project"), ({"source": ""}, "source")):
        with pytest.raises(BadInput) as refused:
            policy(coordinator, Terms(), **given)
        assert refused.value.place == place
    with pytest.raises(Forbidden):
        services.state_upkeep(vendor, **said, organisation=world.house)
    with pytest.raises(Forbidden):
        services.state_upkeep(world.actor(world.house, Role.MEMBER), **said, organisation=vendor.party)
    with pytest.raises(Forbidden):
        services.state_upkeep(world.actor(vendor.party, kind=PrincipalKind.AGENT), **said)


def test_a_case_keeps_the_version_that_was_in_force_when_it_opened_and_says_so(world):
    coordinator, vendor = world.coordinator(), vendor_of(world)
    policy(coordinator, Terms(longest_days=40))
    first = opened(world, coordinator, key="k-1")
    confirmed(world, vendor)
    policy(vendor, Terms(longest_days=20))
    second = opened(world, coordinator, days=20, key="k-2")
    policy(coordinator, Terms(longest_days=60))
    third = opened(world, coordinator, days=20, key="k-3")
    for case, organisation, days in ((first, world.house, 40), (second, vendor.party, 20), (third, vendor.party, 20)):
        kept = selectors.get(coordinator, case).policy
        assert (kept.organisation, kept.terms.longest_days) == (organisation, days)


def test_every_party_of_a_case_reads_its_policy(world):
    coordinator = world.coordinator()
    policy(coordinator, Terms(longest_days=40))
    case = opened(world, coordinator, key="k-1")
    vendor = vendor_of(world)
    services.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    assert selectors.get(vendor, case).policy == selectors.get(coordinator, case).policy
    assert selectors.get(vendor, case).project == MINIMIST


def test_an_embargo_longer_than_the_project_allows_is_refused_by_its_rule(world):
    coordinator, vendor = world.coordinator(), vendor_of(world)
    policy(coordinator, Terms(longest_days=30))
    with pytest.raises(AgainstRules, match="at most 30 days from the report") as refused:
        opened(world, coordinator, days=31, because="it is large", key="k-1")
    assert (refused.value.code, refused.value.place) == (REFUSED, "embargo_end")
    assert not selectors.listed(coordinator)
    case = opened(world, coordinator, days=30, key="k-2")
    world.clock.advance(timedelta(days=3))
    services.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    now = world.clock.now()
    for actor in (vendor, coordinator):
        with pytest.raises(AgainstRules) as refused:
            services.propose_embargo(actor, case, end=now + timedelta(days=31), because="a large change")
        assert (refused.value.code, refused.value.place) == (REFUSED, "end")
    assert selectors.policy_end(coordinator, case) == now + timedelta(days=30)
    services.propose_embargo(vendor, case, end=now + timedelta(days=30), because="a large change")


def test_what_ai_found_stays_public_where_the_project_wants_that_unless_the_owner_says_why(world):
    coordinator = world.coordinator()
    policy(coordinator, Terms(ai_found=AiFound.PUBLIC))
    with pytest.raises(AgainstRules, match="treats what AI found as public"):
        opened(world, coordinator, key="k-1", **BY_AI)
    by_people = selectors.get(coordinator, opened(world, coordinator, because="not needed", key="k-2"))
    assert (by_people.embargo, by_people.ai_found, by_people.policy_because) == (Embargo.ACTIVE, False, "")
    open_ = selectors.get(coordinator, opened(world, coordinator, days=0, key="k-3", **BY_AI))
    assert (open_.embargo, open_.ai_found) == (Embargo.NONE, True)
    kept = selectors.get(coordinator, opened(world, coordinator, because="others ship it", key="k-4", **BY_AI))
    assert (kept.embargo, kept.policy_because) == (Embargo.ACTIVE, "others ship it")


def test_in_a_case_without_an_embargo_by_policy_its_owner_alone_proposes_one(world):
    coordinator, vendor = world.coordinator(), vendor_of(world)
    policy(coordinator, Terms(embargo=Counts.NONE))
    case = opened(world, coordinator, days=0, key="k-1")
    services.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    soon = world.clock.now() + timedelta(days=5)
    with pytest.raises(AgainstRules, match="keeps no embargo") as refused:
        services.propose_embargo(vendor, case, end=soon, because="we are late")
    assert refused.value.code == REFUSED
    proposal = services.propose_embargo(coordinator, case, end=soon, because="three others ship it")
    services.decide_proposal(coordinator, case, proposal, verb=EmbargoVerb.ACCEPT, because="agreed")
    services.propose_embargo(vendor, case, end=soon + timedelta(days=5), because="now that there is one")
