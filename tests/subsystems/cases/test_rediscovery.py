"""A flaw that somebody else finds too: the report joins the case, and its finder takes part and keeps its credit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EndReason
from levee.findings import selectors as findings
from levee.kernel.errors import Conflict, Forbidden, NotFound
from levee.policy.actors import Capacity, Role
from support.coordination import cluster_of, come_in, found_again, vendor_of
from support.running import hand_in


def second_finder(world, opened):
    """Another finder, and what it hands in."""
    finder = world.finder("Second finder")
    return finder, found_again(world, opened, finder)


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


def test_a_second_finder_takes_part_bound_as_the_first_and_both_are_in_the_case(world, opened, vendor):
    second, finding = second_finder(world, opened)
    with pytest.raises(NotFound):
        selectors.get(second, opened.case)
    assert selectors.rediscoveries(opened.coordinator, opened.case) == [finding]
    services.take_in(opened.coordinator, opened.case, finding)
    assert selectors.rediscoveries(opened.coordinator, opened.case) == []
    finders = [each for each in selectors.participants(vendor, opened.case) if each.capacity is Capacity.FINDER]
    assert {(each.name, each.consent) for each in finders} == {
        ("Harrow", Consent.SIGNATORY),
        ("Second finder", Consent.SIGNATORY),
    }
    assert set(selectors.findings(vendor, opened.case)) == {opened.finding, finding}
    assert findings.get(vendor, finding).title == "The same, later"
    services.shorten_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + timedelta(days=7), because="it was found twice"
    )
    assert selectors.get(second, opened.case).embargo_end == world.clock.now() + timedelta(days=7)


def test_a_second_finder_sees_its_own_report_and_not_the_others(world, opened, vendor):
    second, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    assert findings.get(second, finding)
    with pytest.raises(NotFound):
        findings.get(second, opened.finding)
    with pytest.raises(NotFound):
        findings.get(opened.finder, finding)


def test_who_finds_it_again_itself_has_one_seat(world, opened):
    key = found_again(world, opened, opened.finder)
    before = len(selectors.participants(opened.coordinator, opened.case))
    services.take_in(opened.coordinator, opened.case, key)
    assert len(selectors.participants(opened.coordinator, opened.case)) == before


def test_who_left_the_embargo_does_not_see_what_is_taken_in_later(world, opened, vendor):
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    _, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    with pytest.raises(NotFound):
        findings.get(vendor, finding)


def test_who_has_not_agreed_to_the_terms_sees_it_once_it_has(world, opened):
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="l@example.org", because="bundled"
    )
    _, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    with pytest.raises(NotFound):
        findings.get(maintainer, finding)
    world.clock.advance(timedelta(minutes=2))
    locator = services.new_link(
        opened.coordinator,
        opened.case,
        participant=next(
            each.id for each in selectors.participants(opened.coordinator, opened.case) if each.name == "Left-pad"
        ),
    )
    assert findings.get(come_in(world, opened.coordinator, locator), finding)


def test_nothing_is_taken_in_while_another_end_is_proposed(world, opened, vendor):
    services.propose_embargo(
        vendor, opened.case, end=world.clock.now() + timedelta(days=50), because="the release takes longer"
    )
    _, finding = second_finder(world, opened)
    with pytest.raises(Conflict, match="another end"):
        services.take_in(opened.coordinator, opened.case, finding)
    assert selectors.findings(opened.coordinator, opened.case) == [opened.finding]


def test_after_the_embargo_a_second_finder_has_nothing_to_agree_to(world, opened, vendor):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    second, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    assert selectors.get(second, opened.case).embargo is Embargo.EXITED
    assert findings.get(vendor, finding)


def test_a_finding_is_taken_into_one_case_once(world, opened):
    _, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    with pytest.raises(Conflict, match="CAS-"):
        services.take_in(opened.coordinator, opened.case, finding)


def test_a_finding_of_another_cause_is_not_taken_in(world, opened):
    other = hand_in(
        world.finder("Other"), None, key="k-9", target="npm:minimist@0.0.8", contrast="0.2.1", title="Other"
    )
    cluster_of(world, other)
    with pytest.raises(NotFound):
        services.take_in(opened.coordinator, opened.case, other)


def test_only_the_owner_learns_of_rediscoveries_and_takes_them_in(world, opened, vendor):
    second, finding = second_finder(world, opened)
    for party in (vendor, opened.finder):
        assert selectors.rediscoveries(party, opened.case) == ()
        with pytest.raises(Forbidden):
            services.take_in(party, opened.case, finding)
    with pytest.raises(NotFound):
        selectors.rediscoveries(second, opened.case)
    with pytest.raises(NotFound):
        services.take_in(second, opened.case, finding)


def test_a_correction_keeps_every_finder(world, opened, vendor):
    """Both finders are in the case that takes this one's place."""
    second, finding = second_finder(world, opened)
    services.take_in(opened.coordinator, opened.case, finding)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    (claim,) = selectors.claims(second, opened.case)
    services.doubt_claim(opened.coordinator, opened.case, claim.id, because="another flaw")
    other = world.actor(world.house, Role.MEMBER, Role.COORDINATOR)
    after = services.settle_doubt(other, opened.case, claim.id, verb=ClaimVerb.CORRECT, because="so it is")
    assert set(selectors.findings(second, after)) == {opened.finding, finding}
    assert {each.name for each in selectors.participants(second, after)} >= {"Harrow", "Second finder"}
