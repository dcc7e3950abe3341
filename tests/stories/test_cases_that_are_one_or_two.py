"""Two cases that turn out to be one flaw, one that turns out to be two, and one that is over too soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.cases.types import TransferVerb
from levee.findings import selectors as findings
from levee.kernel.errors import NotFound
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from support.coordination import another_case, come_in, found_again
from support.judged import verdict
from support.running import hand_in


@pytest.fixture
def other(world, story):
    """What another finder reported, in a case of its own that ends ten days earlier."""
    return another_case(world, story.opened, "Halyard", days=20)


def merged(story, other):
    services.merge(story.owner, other.case, into=story.case, because="the fix of one stops the proof of the other")


def agrees(who):
    (offer,) = selectors.offers(who)
    return services.answer_offer(who, offer.participant, verb=ConsentVerb.ACCEPT)


def test_two_finders_cases_turn_out_to_be_one_bug_and_both_keep_their_credit(story, other):
    vendor = story.vendor("Minimist")
    merged(story, other)
    assert story.state(vendor).embargo_end == story.ahead(20), "the earlier end holds"
    assert agrees(other.finder) == story.case
    for finding in (story.opened.finding, other.finding):
        assert findings.get(vendor, finding)
    assert selectors.finders(story.owner, story.case) == ("Halyard", "Harrow")
    services.send(other.finder, story.case, text="So you found it too.", author="Halyard")
    assert story.read_by(story.finder) == ["So you found it too."]
    story.refused("case.continued", services.send, other.finder, other.case, text="and here?", author="Halyard")


def test_a_vendor_of_one_case_that_has_not_agreed_sees_nothing_of_the_merged_one(world, story, other):
    story.writes(story.finder, "Our proof needs no network.")
    left_pad = world.actor(world.organisation(OrganisationKind.VENDOR, "Left-pad"), name="Left-pad")
    services.invite(story.owner, other.case, party=left_pad.party, name="Left-pad", because="it bundles the code")
    merged(story, other)
    with pytest.raises(NotFound):
        story.state(left_pad)
    with pytest.raises(NotFound):
        findings.get(left_pad, story.opened.finding)
    assert selectors.get(left_pad, other.case).embargo is Embargo.ACTIVE, "what it had agreed to binds it still"
    story.ends(EndReason.EXPLOIT_PUBLIC, "a repository")
    ended = selectors.get(left_pad, other.case)
    assert (ended.embargo, Event.PUBLIC_AWARE in ended.world) == (Embargo.EXITED, True)


def test_a_maintainer_of_the_merged_case_comes_in_by_the_link_it_has(world, story, other):
    locator = services.invite_maintainer(
        story.owner, other.case, name="Yargs", address="y@example.org", because="it bundles the code"
    )
    world.clock.advance(timedelta(minutes=1))
    merged(story, other)
    maintainer = come_in(world, story.owner, locator)
    assert story.state(maintainer).title == "Prototype pollution in minimist"
    assert story.seat_named("Yargs").consent is Consent.SIGNATORY


def test_a_case_that_was_two_bugs_is_split_under_the_same_embargo(world, story):
    vendor, second = story.vendor("Minimist"), world.finder("Halyard")
    finding = found_again(world, story.opened, second)
    services.take_in(story.owner, story.case, finding)
    story.answers(vendor, Answer.AFFECTED)
    part = services.split(
        story.owner, story.case, findings=[finding], title="A second way in", because="another function lets it in"
    )
    for party in (vendor, story.finder, second):
        assert selectors.get(party, part).embargo_end == story.state(party).embargo_end == story.ahead(30)
    assert selectors.finders(story.owner, part) == ("Halyard",)
    assert selectors.finders(story.owner, story.case) == ("Harrow",)
    services.answer(vendor, part, answer=Answer.NOT_AFFECTED, by="Ada", justification="component_not_present")
    assert story.seat(vendor).answer is Answer.AFFECTED, "each is answered for by itself"


def test_a_merge_that_was_a_mistake_is_undone_by_a_split(story, other):
    merged(story, other)
    part = services.split(
        story.owner, story.case, findings=[other.finding], title="What Halyard found", because="another flaw after all"
    )
    assert selectors.findings(story.owner, story.case) == [story.opened.finding]
    seat = next(each for each in selectors.participants(story.owner, part) if each.name == "Halyard")
    assert services.answer_offer(other.finder, seat.id, verb=ConsentVerb.ACCEPT) == part
    assert selectors.get(other.finder, part).embargo_end == story.ahead(20), "an end once brought forward stays so"


def test_a_fix_that_does_not_hold_takes_a_published_case_up_again(story):
    vendor = story.vendor("Minimist")
    story.publishes()
    again = services.reopen(story.owner, story.case, because="the fix leaves one way open")
    assert selectors.get(vendor, again).world == (Event.PUBLIC_AWARE,)
    services.answer(vendor, again, answer=Answer.AFFECTED, by="Ada", product="minimist", version="0.2.1")
    story.refused("case.continued", story.answers, vendor, Answer.FIXED)


def test_a_vendors_own_case_is_handed_to_the_clearinghouse_merged_with_its_own_and_published(world, story):
    """A vendor runs a case about what it found, meets the clearinghouse's, and lets that go on with both."""
    vendor = world.organisation(OrganisationKind.VENDOR, "Halyard Industrial")
    lead = world.actor(vendor, Role.MEMBER, Role.COORDINATOR, Role.ADMIN, name="Lead")
    agent = world.actor(vendor, kind=PrincipalKind.AGENT, name="Scanner")
    finding = hand_in(agent, None, key="own", title="Ours", target="npm:minimist@0.0.8", contrast="0.2.1")
    verdict(world, agent, finding, "confirmed", "npm:minimist@0.0.8 own")
    own = services.open_own(lead, findings=[finding], title="Ours", summary="", embargo_end=story.ahead(20))
    customer = world.organisation(OrganisationKind.VENDOR, "Brine Controls")
    ships = world.actor(customer, Role.MEMBER, Role.ADMIN, name="Brine Controls")
    services.invite(lead, own, party=customer, because="it ships our code")
    agrees(ships)
    services.send(ships, own, text="We need a week.", author="Brine")

    seat = services.invite(lead, own, party=world.house, because="to write to the maintainers, and to publish")
    agrees(story.owner)
    services.transfer(lead, own, to=seat, because="the maintainers have no account")
    taken = services.answer_transfer(story.owner, own, verb=TransferVerb.TAKE)
    services.merge(story.owner, taken, into=story.case, because="the fix of one stops the proof of the other")
    assert story.state(story.finder).embargo_end == story.ahead(20), "the vendor's end was the earlier one"
    for who in (lead, ships):
        assert agrees(who) == story.case
    assert selectors.finders(story.owner, story.case) == ("Halyard Industrial", "Harrow")
    assert findings.get(ships, story.opened.finding)
    assert story.maintainer("Yargs"), "whom the vendor alone could not have written to"
    story.publishes()
    assert story.state(lead).world == (Event.PUBLIC_AWARE,)
    assert [each.text for each in selectors.messages(ships, own)] == ["We need a week."], "what was said stays there"
