"""What waits for each in its cases: found without looking into every case, and gone once it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.types import Waits
from levee.kernel.ids import public_id
from levee.policy.actors import Role
from support.coordination import another_case
from support.stories import Story


def waits(who):
    return [(each.what, each.who) for each in selectors.waiting(who)]


def kinds(who):
    return {each.what for each in selectors.waiting(who)}


def test_a_fresh_case_waits_for_its_vendors_answer_and_for_nobody_else(story):
    vendor = story.vendor("Minimist")
    assert waits(vendor) == [(Waits.ANSWER, "")]
    assert waits(story.owner) == waits(story.finder) == []
    story.answers(vendor, Answer.LOOKING)
    assert waits(vendor) == []


def test_a_claim_waits_for_a_coordinator_until_it_is_decided_and_a_doubt_for_another_one(story):
    vendor, colleague = story.vendor("Minimist"), story.colleague()
    claim = story.says_it_happened(vendor, Event.PUBLIC_AWARE)
    assert kinds(story.owner) == kinds(colleague) == {Waits.CLAIM}
    story.owner_accepts(claim)
    assert Waits.CLAIM not in kinds(story.owner)
    services.doubt_claim(story.owner, story.case, claim, because="another flaw")
    assert Waits.DOUBT not in kinds(story.owner), "who doubts does not decide"
    assert selectors.waiting(colleague)[0].what is Waits.DOUBT
    services.settle_doubt(colleague, story.case, claim, verb=ClaimVerb.CORRECT, because="so it is")
    assert Waits.DOUBT not in kinds(colleague)
    assert story.case not in {each.about for each in selectors.waiting(vendor)}, "what was replaced waits for nobody"


def test_a_proposal_waits_for_the_owner_and_for_everyone_who_is_asked_anew(story):
    asks, asked = story.vendor("Minimist"), story.vendor("Left-pad")
    proposal = story.proposes(asks, days=50, answer_in=3)
    (first,) = [each for each in selectors.waiting(asked) if each.what is Waits.CONSENT]
    assert first.at == story.ahead(3)
    assert Waits.CONSENT in kinds(story.finder)
    assert Waits.CONSENT not in kinds(asks)
    assert kinds(story.owner) == {Waits.PROPOSAL}
    services.consent(asked, story.case, verb="accept")
    assert Waits.CONSENT not in kinds(asked)
    story.owner_says(EmbargoVerb.REJECT, proposal)
    assert kinds(story.owner) == set()
    assert kinds(story.finder) == set()


def test_a_proposal_that_time_has_declined_waits_for_nobody(story):
    story.proposes(story.vendor("Minimist"), days=50, answer_in=1)
    story.pass_days(2)
    assert Waits.PROPOSAL not in kinds(story.owner)
    assert Waits.CONSENT not in kinds(story.finder)


def test_silence_waits_for_a_coordinator_after_a_week_and_names_the_vendor(story):
    silent, speaks = story.vendor("Minimist"), story.vendor("Left-pad")
    story.pass_days(6)
    assert Waits.SILENT not in kinds(story.owner)
    story.answers(speaks, Answer.SEEN)
    story.pass_days(1)
    assert waits(story.owner) == [(Waits.SILENT, "Minimist")]
    story.answers(silent, Answer.AFFECTED)
    assert waits(story.owner) == []


def test_the_end_of_an_embargo_waits_a_week_before_and_its_publication_after_it(story):
    story.pass_days(22)
    assert kinds(story.owner) == set()
    story.pass_days(1)
    (task,) = selectors.waiting(story.owner)
    assert (task.what, task.at) == (Waits.END, story.state().embargo_end)
    story.pass_days(8)
    assert kinds(story.owner) == {Waits.PUBLICATION}
    story.publishes()
    assert kinds(story.owner) == set()


def test_what_its_owner_ended_waits_for_publication_unless_it_is_public_already(world, story):
    story.ends(EndReason.OWNER)
    assert kinds(story.owner) == {Waits.PUBLICATION}
    other = Story(world)
    other.ends(EndReason.PUBLIC)
    assert {each.about for each in selectors.waiting(other.owner)} == {story.case}


def test_the_most_urgent_comes_first(story):
    vendor = story.vendor("Minimist")
    story.pass_days(24)
    story.says_it_happened(vendor, Event.EXPLOIT_PUBLIC)
    assert [what for what, _ in waits(story.owner)] == [Waits.CLAIM, Waits.END, Waits.SILENT]
    assert selectors.count_waiting(story.owner) == 3
    assert [each.what for each in selectors.waiting(story.owner, limit=1, offset=1)] == [Waits.END]


def test_who_left_and_who_takes_no_part_is_waited_for_by_nothing(world, story):
    vendor = story.vendor("Minimist")
    story.leaves(vendor)
    assert waits(vendor) == waits(world.finder("Stranger")) == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AUDITOR])
def test_what_only_a_coordinator_decides_waits_for_no_other_member_of_the_house(world, story, role):
    story.says_it_happened(story.vendor("Minimist"), Event.PUBLIC_AWARE)
    assert waits(world.actor(world.house, role)) == []


def test_a_longer_wait_comes_before_a_shorter_one(world, story):
    story.vendor("Minimist")
    world.clock.advance(timedelta(days=1))
    story.vendor("Left-pad")
    world.clock.advance(timedelta(days=8))
    assert [each.who for each in selectors.waiting(story.owner)] == ["Minimist", "Left-pad"]


def test_a_part_that_is_offered_waits_until_it_is_answered_and_tells_nothing_of_its_case(world, story):
    other = another_case(world, story.opened, "Halyard")
    world.clock.advance(timedelta(hours=2))
    offered_at = world.clock.now()
    services.merge(story.owner, other.case, into=story.case, because="one bug")
    (offer,) = selectors.offers(other.finder)
    (task,) = selectors.waiting(other.finder)
    assert (task.what, task.at, task.who) == (Waits.OFFER, offered_at, offer.house)
    assert (task.public_id, task.title) == (public_id("PAR", offer.participant), f"A case of {offer.house}")
    assert selectors.count_waiting(other.finder) == 1
    assert Waits.OFFER not in kinds(story.finder) | kinds(story.owner) | kinds(world.finder("Stranger"))
    services.answer_offer(other.finder, offer.participant, verb=ConsentVerb.DECLINE)
    assert waits(other.finder) == []


def test_a_part_that_was_offered_in_a_case_that_went_on_elsewhere_waits_in_that_one_alone(world, story):
    first, second = another_case(world, story.opened, "Halyard"), another_case(world, story.opened, "Windlass")
    services.merge(story.owner, first.case, into=second.case, because="one bug")
    services.merge(story.owner, second.case, into=story.case, because="one bug again")
    assert [what for what, _ in waits(first.finder)] == [Waits.OFFER]
    (offer,) = selectors.offers(first.finder)
    assert services.answer_offer(first.finder, offer.participant, verb=ConsentVerb.ACCEPT) == story.case
    assert waits(first.finder) == []
