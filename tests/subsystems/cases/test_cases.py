from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from levee.cases import selectors, services
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EndReason
from levee.cases.rules.threads import Audience
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound, TooLarge
from levee.policy.actors import Capacity, OrganisationKind
from support.coordination import cluster_of, open_for, vendor_of


def let_in(opened, vendor):
    return services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")


def test_a_case_is_opened_with_the_finders_of_its_cluster(world, opened):
    seats = {each.capacity: each for each in selectors.participants(opened.coordinator, opened.case)}
    assert set(seats) == {Capacity.OWNER, Capacity.FINDER}
    assert seats[Capacity.FINDER].party == opened.finder.party
    assert seats[Capacity.FINDER].consent is Consent.SIGNATORY
    assert list(selectors.findings(opened.coordinator, opened.case)) == [opened.finding]
    assert selectors.get(opened.finder, opened.case).capacity is Capacity.FINDER
    assert selectors.of_cluster(opened.finder, selectors.get(opened.finder, opened.case).cluster).id == opened.case


def test_who_takes_no_part_learns_of_no_case(world, opened):
    for stranger in (
        world.finder("Other"),
        vendor_of(world),
        world.actor(world.organisation(OrganisationKind.OPERATOR)),
    ):
        assert list(selectors.listed(stranger)) == []
        assert selectors.count(stranger) == 0
        for ask in (selectors.get, selectors.findings, selectors.participants, selectors.messages):
            with pytest.raises(NotFound):
                ask(stranger, opened.case)


@pytest.mark.parametrize(
    ("title", "days", "place"), [(" ", 30, "title"), ("t", 91, "embargo_end"), ("t", 0, "embargo_end")]
)
def test_a_case_that_cannot_stand_is_refused_with_its_field(world, title, days, place):
    coordinator = world.coordinator()
    end = world.clock.now() + timedelta(days=days)
    with pytest.raises(BadInput) as refused:
        services.open_case(coordinator, cluster=cluster_of(world), title=title, summary="", embargo_end=end)
    assert refused.value.place == place


def test_only_coordinators_open_cases_and_only_for_clusters_they_see(world):
    end = world.clock.now() + timedelta(days=1)
    with pytest.raises(NotFound):
        services.open_case(world.coordinator(), cluster=uuid4(), title="t", summary="", embargo_end=end)
    with pytest.raises((Forbidden, NotFound)):
        services.open_case(world.finder(), cluster=cluster_of(world), title="t", summary="", embargo_end=end)


def test_a_vendor_sees_the_case_and_its_reports_only_after_being_let_in(world, opened):
    vendor = vendor_of(world)
    with pytest.raises(NotFound):
        selectors.get(vendor, opened.case)
    with pytest.raises(NotFound):
        findings.get(vendor, opened.finding)
    let_in(opened, vendor)
    assert selectors.get(vendor, opened.case).capacity is Capacity.VENDOR
    assert findings.get(vendor, opened.finding).title.startswith("Prototype")


def test_a_party_is_let_in_once_with_a_reason(world, opened):
    vendor = vendor_of(world)
    with pytest.raises(BadInput) as refused:
        services.invite(opened.coordinator, opened.case, party=vendor.party, name="n", because=" ")
    assert refused.value.place == "because"
    let_in(opened, vendor)
    with pytest.raises(Conflict):
        let_in(opened, vendor)
    with pytest.raises(Forbidden):
        services.invite(vendor, opened.case, party=uuid4(), name="n", because="friends")


def test_who_withdraws_consent_loses_sight_and_the_embargo_goes_on(world, opened):
    vendor = vendor_of(world)
    let_in(opened, vendor)
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    with pytest.raises(NotFound):
        selectors.get(vendor, opened.case)
    with pytest.raises(AgainstRules, match="rule 9"):
        services.send(vendor, opened.case, text="still here?", author="v")
    seats = {each.party: each for each in selectors.participants(opened.coordinator, opened.case)}
    assert seats[vendor.party].consent is Consent.LAPSED
    assert selectors.get(opened.coordinator, opened.case).embargo is Embargo.ACTIVE


def test_a_signatory_cannot_decline_what_it_signed(world, opened):
    vendor = vendor_of(world)
    let_in(opened, vendor)
    with pytest.raises(Conflict):
        services.consent(vendor, opened.case, verb=ConsentVerb.DECLINE)
    with pytest.raises(BadInput):
        services.consent(vendor, opened.case, verb=ConsentVerb.RESET)


def test_messages_reach_all_parties_and_internal_ones_the_clearinghouse_alone(world, opened):
    vendor = vendor_of(world)
    let_in(opened, vendor)
    services.send(opened.finder, opened.case, text="the proof is attached", author="Harrow")
    world.clock.advance(timedelta(minutes=1))
    internal = next(
        each for each in selectors.threads(opened.coordinator, opened.case) if each.subject != "All parties"
    )
    services.send(opened.coordinator, opened.case, text="they are slow", author="Desk", thread=internal.id)
    world.clock.advance(timedelta(minutes=1))
    services.send(vendor, opened.case, text="thank you", author="Minimist")
    said = ["the proof is attached", "thank you"]
    for party in (opened.finder, vendor):
        assert [each.text for each in selectors.messages(party, opened.case)] == said
        assert {each.audience for each in selectors.messages(party, opened.case)} == {Audience.EVERYONE}
    seen = selectors.messages(opened.coordinator, opened.case)
    assert [each.audience is Audience.INTERNAL for each in seen] == [False, True, False]
    for party in (opened.finder, vendor):
        with pytest.raises(NotFound):
            services.send(party, opened.case, text="may I?", author="x", thread=internal.id)


def test_an_empty_or_endless_message_is_refused(opened):
    with pytest.raises(BadInput):
        services.send(opened.finder, opened.case, text=" \n", author="Harrow")
    with pytest.raises(TooLarge):
        services.send(opened.finder, opened.case, text="a" * (64 * 1024 + 1), author="Harrow")


def test_an_embargo_ends_by_time_at_the_readers_instant(world, opened):
    end = selectors.get(opened.finder, opened.case).embargo_end
    world.clock.advance(end - world.clock.now() - timedelta(microseconds=1))
    assert selectors.get(opened.finder, opened.case).embargo is Embargo.ACTIVE
    world.clock.advance(timedelta(microseconds=1))
    seen = selectors.get(opened.finder, opened.case)
    assert (seen.embargo, seen.embargo_ended_at, seen.embargo_end_reason) == (Embargo.EXITED, end, EndReason.TIME)
    assert seen.embargo_end.utcoffset() is not None


def test_an_embargo_ends_early_with_a_reason_and_evidence_and_for_good(world, opened):
    with pytest.raises(BadInput) as refused:
        services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="")
    assert refused.value.place == "evidence"
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a public commit")
    seen = selectors.get(opened.finder, opened.case)
    assert (seen.embargo, seen.embargo_end_reason) == (Embargo.EXITED, EndReason.PUBLIC)
    assert seen.embargo_ended_at == world.clock.now()
    later = world.clock.now() + timedelta(days=1)
    with pytest.raises(Conflict):
        services.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="again")
    with pytest.raises(Conflict):
        services.shorten_embargo(opened.coordinator, opened.case, end=later, because="again")


def test_what_time_has_ended_nobody_ends_again(world, opened):
    world.clock.advance(timedelta(days=30))
    with pytest.raises(Conflict):
        services.end_embargo(opened.coordinator, opened.case, reason=EndReason.ATTACKS, evidence="seen")
    with pytest.raises(Conflict):
        services.shorten_embargo(
            opened.coordinator, opened.case, end=world.clock.now() + timedelta(days=1), because="longer after all"
        )
    assert selectors.get(opened.finder, opened.case).embargo_end_reason == EndReason.TIME


def test_the_end_of_an_embargo_only_ever_comes_nearer(world, opened):
    now, before = world.clock.now(), selectors.get(opened.finder, opened.case).embargo_end
    services.shorten_embargo(opened.coordinator, opened.case, end=now + timedelta(days=7), because="a fix is out")
    assert selectors.get(opened.finder, opened.case).embargo_end == now + timedelta(days=7)
    for end, rule in ((before, 11), (now, 10), (now + timedelta(days=7), 10)):
        with pytest.raises(AgainstRules, match=f"rule {rule}"):
            services.shorten_embargo(opened.coordinator, opened.case, end=end, because="no")
    with pytest.raises(BadInput):
        services.shorten_embargo(opened.coordinator, opened.case, end=now + timedelta(days=1), because="")


def test_only_the_owner_moves_or_ends_the_embargo(world, opened):
    vendor = vendor_of(world)
    let_in(opened, vendor)
    for party in (opened.finder, vendor):
        with pytest.raises(Forbidden):
            services.end_embargo(party, opened.case, reason=EndReason.OWNER, evidence="x")
        with pytest.raises(Forbidden):
            services.shorten_embargo(party, opened.case, end=world.clock.now() + timedelta(days=1), because="x")


def test_two_cases_keep_their_parties_apart(world, opened):
    other = open_for(world, title="Another flaw")
    vendor = vendor_of(world)
    let_in(opened, vendor)
    assert [each.id for each in selectors.listed(vendor)] == [opened.case]
    assert [each.id for each in selectors.listed(other.finder)] == [other.case]
    assert selectors.count(opened.coordinator) == 2
