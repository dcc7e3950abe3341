"""A case goes to another owner with the consent of both, and neither sees what the other one keeps for itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.advisories import selectors as published
from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.projects.policies import Terms
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.threads import Audience
from levee.cases.types import Settlement, TransferVerb, Waits
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.policy.actors import Capacity, OrganisationKind, Role
from support.coordination import another_case, cluster_of, found_again, group, open_for
from support.own_cases import found_by, lead_of

DAY = timedelta(days=1)
DRAFT = Draft(title="t", summary="s", details="", package="npm:minimist", fixed="0.2.1", credits=())


def seat_of(reader, case, party):
    return next(each for each in selectors.participants(reader, case) if each.party == party)


def let_in(owner, case, who):
    """A member is offered a part in a member's case, and takes it; the clearinghouse lets it in at once."""
    seat = services.invite(owner, case, party=who.party, because="ships it")
    if seat_of(owner, case, who.party).consent is Consent.INVITED:
        services.answer_offer(who, seat, verb=ConsentVerb.ACCEPT)
    return seat


def offer(owner, case, to, because="we cannot go on with it"):
    services.transfer(owner, case, to=seat_of(owner, case, to.party).id, because=because)


def takes(taker, case):
    return services.answer_transfer(taker, case, verb=TransferVerb.TAKE)


def handed(owner, case, to):
    offer(owner, case, to)
    return takes(to, case)


@pytest.fixture
def desk(world):
    return world.coordinator()


@pytest.fixture
def lead(world):
    return lead_of(world, "Halyard Industrial")


@pytest.fixture
def other(world):
    return lead_of(world, "Brine Controls")


@pytest.fixture
def finding(world, lead):
    return found_by(world, lead)


@pytest.fixture
def own(world, lead, finding, desk):
    """A member's own case, in which the clearinghouse takes part as an observer."""
    case = services.open_own(
        lead, findings=[finding], title="Overflow", summary="A long line.", embargo_end=world.clock.now() + 30 * DAY
    )
    let_in(lead, case, desk)
    return case


@pytest.fixture
def opened(world):
    return open_for(world)


@pytest.fixture
def ours(world, opened, lead):
    """A case of the clearinghouse's, with a vendor that has coordinators."""
    services.invite(opened.coordinator, opened.case, party=lead.party, because="its code")
    return opened.case


def roles(reader, case):
    return {each.name: each.capacity for each in selectors.participants(reader, case)}


def test_a_member_hands_its_case_to_the_clearinghouse_and_stays_its_finder(world, lead, desk, own, finding):
    after = handed(lead, own, desk)
    assert selectors.get(desk, after).house == world.house
    assert roles(desk, after) == {"Halyard Industrial": Capacity.FINDER, "Clearinghouse": Capacity.OWNER}
    assert selectors.get(lead, after).capacity is Capacity.FINDER
    for reader in (lead, desk):
        assert selectors.get(reader, after).embargo_end == world.clock.now() + 30 * DAY
        assert list(selectors.findings(reader, after)) == [finding]
        (went,) = selectors.went_on(reader, own)
        assert (went.kind, went.other, went.because) == ("transferred", after, "we cannot go on with it")
    with pytest.raises(AgainstRules) as refused:
        services.send(lead, own, text="still here?", author="Halyard")
    assert refused.value.code == "case.continued"


def test_the_clearinghouse_hands_a_case_to_a_vendor_and_watches(world, lead, opened, ours, other):
    desk = opened.coordinator
    let_in(desk, ours, other)
    after = handed(desk, ours, lead)
    assert roles(lead, after) == {
        "Clearinghouse": Capacity.OBSERVER,
        "Halyard Industrial": Capacity.OWNER,
        "Harrow": Capacity.FINDER,
        "Brine Controls": Capacity.VENDOR,
    }
    assert selectors.get(other, after).embargo is Embargo.ACTIVE
    assert selectors.get(lead, after).cluster is None
    assert list(selectors.rediscoveries(lead, after)) == []
    assert findings.get(other, opened.finding)
    assert selectors.get(desk, ours).capacity is Capacity.OWNER
    let_in(lead, after, lead_of(world, "Third"))


def test_a_finder_takes_a_case_over_and_sees_the_reports_of_others_from_then_on(world, opened, ours):
    second = lead_of(world, "Windlass", OrganisationKind.FINDER)
    later = found_again(world, opened, second)
    services.take_in(opened.coordinator, ours, later)
    with pytest.raises(NotFound):
        findings.get(second, opened.finding)
    after = handed(opened.coordinator, ours, second)
    assert {each.id for each in findings.listed(second, only=selectors.findings(second, after))} == {
        opened.finding,
        later,
    }
    assert set(roles(second, after).values()) == {
        Capacity.OWNER,
        Capacity.OBSERVER,
        Capacity.FINDER,
        Capacity.VENDOR,
    }


def internal(reader, case):
    return next((each.id for each in selectors.threads(reader, case) if each.audience is Audience.INTERNAL), None)


def test_neither_owner_sees_what_the_other_one_keeps_for_itself(lead, desk, own):
    services.send(lead, own, text="only us", author="Halyard", thread=internal(lead, own))
    offer(lead, own, desk)
    after = takes(desk, own)
    services.send(desk, after, text="only the desk", author="Desk", thread=internal(desk, after))
    assert [internal(desk, own), internal(lead, after)] == [None, None]
    assert internal(lead, own)
    for reader, case, hidden in ((desk, own, "only us"), (lead, after, "only the desk")):
        assert hidden not in [each.text for each in selectors.messages(reader, case)]
        assert list(selectors.search(reader, case, hidden)) == []
        assert list(selectors.arrivals(reader, case)) == []


def test_messages_stay_in_the_case_before_with_those_who_have_them(lead, desk, own, other):
    let_in(lead, own, other)
    services.send(other, own, text="we ship it", author="Brine")
    after = handed(lead, own, desk)
    for reader in (lead, desk, other):
        assert [each.text for each in selectors.messages(reader, own)] == ["we ship it"]
    assert list(selectors.messages(desk, after)) == []


def test_whoever_has_not_agreed_is_offered_the_terms_and_who_declined_stays_out(world, lead, desk, own, other):
    declines = lead_of(world, "Third")
    seat = services.invite(lead, own, party=declines.party, because="ships it")
    services.answer_offer(declines, seat, verb=ConsentVerb.DECLINE)
    services.invite(lead, own, party=other.party, because="ships it")
    offer(lead, own, desk)
    plan = services.transfer_plan(desk, own)
    assert set(plan.comes_in) == {"Halyard Industrial", "Clearinghouse"}
    assert (plan.offered, plan.left_out) == (("Brine Controls",), ("Third",))
    assert (plan.findings, plan.finders) == (1, ("Halyard Industrial",))
    after = takes(desk, own)
    (offered,) = selectors.offers(other)
    assert offered.house == "Clearinghouse"
    assert services.answer_offer(other, offered.participant, verb=ConsentVerb.ACCEPT) == after
    assert list(selectors.offers(declines)) == []


def test_an_offer_waits_for_the_coordinators_of_the_other_side_and_for_nobody_else(world, lead, desk, own):
    offer(lead, own, desk)
    (task,) = selectors.waiting(desk)
    assert (task.about, task.what, task.who) == (own, Waits.TRANSFER, "Halyard Industrial")
    assert Waits.TRANSFER not in [each.what for each in selectors.waiting(lead)]
    assert list(selectors.waiting(world.actor(world.house, Role.MEMBER))) == []
    takes(desk, own)
    assert Waits.TRANSFER not in [each.what for each in selectors.waiting(desk)]


def test_an_offer_that_is_declined_or_taken_back_leaves_the_case_as_it_was(world, lead, desk, own):
    offer(lead, own, desk)
    assert services.answer_transfer(desk, own, verb=TransferVerb.DECLINE) is None
    world.clock.advance(timedelta(minutes=1))
    offer(lead, own, desk, because="think again")
    services.withdraw_transfer(lead, own)
    with pytest.raises(NotFound):
        takes(desk, own)
    with pytest.raises(NotFound):
        services.withdraw_transfer(lead, own)
    told = selectors.transfers(desk, own)
    assert [(each.settlement, each.to, each.yours) for each in told] == [
        (Settlement.DECLINED, "Clearinghouse", True),
        (Settlement.WITHDRAWN, "Clearinghouse", True),
    ]
    assert selectors.get(lead, own).goes_on


def test_a_case_is_offered_to_one_at_a_time(lead, desk, own, other):
    let_in(lead, own, other)
    offer(lead, own, desk)
    with pytest.raises(Conflict):
        offer(lead, own, other)
    with pytest.raises(NotFound):
        takes(other, own)


def test_coordinators_of_the_owner_offer_and_coordinators_of_the_other_side_answer(world, lead, desk, own):
    plain, member = world.actor(lead.party, Role.MEMBER), world.actor(world.house, Role.MEMBER)
    for by in (plain, desk):
        with pytest.raises(Forbidden):
            offer(by, own, desk)
    offer(lead, own, desk)
    for by in (member, lead):
        with pytest.raises(Forbidden):
            takes(by, own)
    with pytest.raises(Forbidden):
        services.withdraw_transfer(desk, own)


def test_whom_a_conflict_of_interest_holds_neither_offers_nor_takes(world, lead, desk, own):
    second = world.actor(lead.party, Role.MEMBER, Role.COORDINATOR)
    services.say_conflict(second, own, because="holds shares", of=lead.id)
    with pytest.raises(AgainstRules) as refused:
        offer(lead, own, desk)
    assert refused.value.code == "case.conflict_of_interest"
    offer(second, own, desk)


def test_whom_the_clearinghouse_named_decides_nothing_when_the_case_comes_back(world, opened, ours, lead):
    desk, colleague = opened.coordinator, opened.colleague
    services.say_conflict(desk, ours, because="a former job", of=colleague.id)
    there = handed(desk, ours, lead)
    back = handed(lead, there, desk)
    with pytest.raises(AgainstRules) as refused:
        services.end_embargo(colleague, back, reason=EndReason.PUBLIC, evidence="a post")
    assert refused.value.code == "case.conflict_of_interest"
    assert selectors.get(lead, back).capacity is Capacity.VENDOR


def test_only_who_takes_part_on_the_terms_and_can_answer_is_offered_a_case(world, lead, desk, own, other):
    invited = services.invite(lead, own, party=other.party, because="ships it")
    owner = seat_of(lead, own, lead.party).id
    for nobody in (invited, owner):
        with pytest.raises(BadInput):
            services.transfer(lead, own, to=nobody, because="b")
    with pytest.raises(NotFound):
        services.transfer(lead, own, to=world.house, because="b")
    with pytest.raises(BadInput):
        offer(lead, own, desk, because=" ")


def test_a_vendor_without_an_account_is_offered_no_case_and_does_not_come_along(world, opened, ours, lead):
    nobody = world.organisation(OrganisationKind.VENDOR, "Nobody signs in")
    seat = services.invite(opened.coordinator, ours, party=nobody, because="its code")
    with pytest.raises(BadInput):
        services.transfer(opened.coordinator, ours, to=seat, because="b")
    offer(opened.coordinator, ours, lead)
    assert services.transfer_plan(lead, ours).left_out == ("Nobody signs in",)
    assert "Nobody signs in" not in roles(lead, takes(lead, ours))


def linked(opened, case):
    services.invite_maintainer(opened.coordinator, case, name="Left-pad", address="l@example.org", because="bundled")


def test_whoever_came_by_a_link_keeps_a_case_with_the_clearinghouse(opened, ours, lead):
    linked(opened, ours)
    with pytest.raises(AgainstRules) as refused:
        offer(opened.coordinator, ours, lead)
    assert refused.value.code == "case.transfer"


def test_a_link_that_is_sent_after_the_offer_keeps_the_case_too(opened, ours, lead):
    offer(opened.coordinator, ours, lead)
    linked(opened, ours)
    with pytest.raises(AgainstRules) as refused:
        takes(lead, ours)
    assert refused.value.code == "case.transfer"
    assert selectors.get(lead, ours).goes_on


def test_links_that_ended_with_the_embargo_are_left_behind(opened, ours, lead):
    linked(opened, ours)
    services.end_embargo(opened.coordinator, ours, reason=EndReason.PUBLIC, evidence="a post")
    after = handed(opened.coordinator, ours, lead)
    assert "Left-pad" not in roles(lead, after)
    assert selectors.get(lead, after).world == (Event.PUBLIC_AWARE,)
    assert selectors.get(lead, after).embargo is Embargo.EXITED


def line_up(world, opened, case):
    """An invitation that waits in a case, since its project was handed another one this week."""
    services.set_policy(
        opened.coordinator, project="pkg:npm/minimist", terms=Terms(per_week=1), source="its SECURITY.md"
    )
    waits = world.organisation(OrganisationKind.VENDOR, "Minimist")
    services.invite(opened.coordinator, opened.case, party=waits, because="its code")
    assert services.invite(opened.coordinator, case, party=waits, because="its code") is None


@pytest.mark.parametrize("since", [False, True])
def test_an_invitation_that_waits_for_its_turn_holds_the_case(world, opened, since):
    second = another_case(world, opened, "Windlass")
    finder = world.actor(second.finder.party, Role.MEMBER, Role.COORDINATOR)
    if since:
        offer(opened.coordinator, second.case, finder)
    line_up(world, opened, second.case)
    with pytest.raises(AgainstRules) as refused:
        takes(finder, second.case) if since else offer(opened.coordinator, second.case, finder)
    assert refused.value.code == "case.transfer"


def test_nothing_is_published_while_a_case_is_offered_and_nothing_offered_while_a_publication_waits(opened, ours, lead):
    desk = opened.coordinator
    offer(desk, ours, lead)
    with pytest.raises(AgainstRules) as refused:
        advisories.ask(desk, ours, DRAFT)
    assert refused.value.code == "case.transfer"
    services.withdraw_transfer(desk, ours)
    advisories.ask(desk, ours, DRAFT)
    with pytest.raises(AgainstRules):
        services.transfer(desk, ours, to=seat_of(desk, ours, lead.party).id, because="b", publishes=published.waits)


def test_what_is_undecided_is_decided_first(world, lead, desk, own):
    claim = services.claim(lead, own, event=Event.PUBLIC_AWARE, evidence="a rumour")
    with pytest.raises(AgainstRules):
        offer(lead, own, desk)
    services.decide_claim(lead, own, claim, verb=ClaimVerb.REFUSE, because="another flaw")
    services.propose_embargo(lead, own, end=world.clock.now() + 40 * DAY, because="more time")
    with pytest.raises(AgainstRules):
        offer(lead, own, desk)


def test_a_proposal_after_the_offer_holds_the_case(world, lead, desk, own):
    offer(lead, own, desk)
    services.propose_embargo(lead, own, end=world.clock.now() + 40 * DAY, because="more time")
    with pytest.raises(AgainstRules):
        takes(desk, own)
    with pytest.raises(AgainstRules):
        services.transfer_plan(desk, own)


def test_a_case_that_went_on_elsewhere_is_not_taken(lead, desk, own):
    services.end_embargo(lead, own, reason=EndReason.PUBLIC, evidence="a post")
    offer(lead, own, desk)
    services.reopen(lead, own, because="the fix does not hold")
    with pytest.raises(AgainstRules) as refused:
        takes(desk, own)
    assert refused.value.code == "case.continued"
    assert Waits.TRANSFER not in [each.what for each in selectors.waiting(desk)]


def test_what_is_over_is_taken_over_as_over(world, lead, desk, own):
    world.clock.advance(31 * DAY)
    after = handed(lead, own, desk)
    assert selectors.get(desk, after).embargo is Embargo.EXITED


def test_a_case_without_an_embargo_is_taken_over_without_one(world, lead, desk):
    case = services.open_own(lead, findings=[found_by(world, lead, key="o-2")], title="t", summary="", embargo_end=None)
    let_in(lead, case, desk)
    assert selectors.get(desk, handed(lead, case, desk)).embargo is Embargo.NONE


def test_the_clearinghouses_case_stands_for_the_cluster_and_is_merged_with_its_own(world, lead, desk, own, finding):
    """The consent of a second owner to a merge."""
    ours = open_for(world)
    group(world, selectors.get(desk, ours.case).cluster, finding)
    after = handed(lead, own, desk)
    assert selectors.get(desk, after).cluster == selectors.get(desk, ours.case).cluster
    services.merge(desk, after, into=ours.case, because="one bug")
    assert set(selectors.findings(desk, ours.case)) == {ours.finding, finding}
    (offered,) = selectors.offers(lead)
    services.answer_offer(lead, offered.participant, verb=ConsentVerb.ACCEPT)
    assert selectors.finders(desk, ours.case) == ("Halyard Industrial", "Harrow")
    assert selectors.get(lead, ours.case).capacity is Capacity.FINDER


def test_what_is_found_again_is_offered_to_the_case_that_was_taken_over(world, lead, desk, own, finding):
    cluster = cluster_of(world, finding)
    again = found_by(world, world.finder("Windlass"), key="again")
    group(world, cluster, again, evidence="same signature")
    after = handed(lead, own, desk)
    assert list(selectors.rediscoveries(desk, after)) == [again]


def test_clocks_go_on_in_the_case_that_was_taken_over(world, lead, desk, own, other):
    let_in(lead, own, other)
    services.keep_policy(other, own, policy="eu:cra", because="we sell there")
    services.keep_policy(lead, own, policy="finder:90-days", because="we always do")
    told = {(each.policy, each.yours) for each in selectors.timing(other, own).policies}
    world.clock.advance(DAY)
    after = handed(lead, own, desk)
    assert {(each.policy, each.yours) for each in selectors.timing(other, after).policies} == told


def test_everybody_is_told_that_a_case_was_offered_and_taken(lead, desk, own, other):
    let_in(lead, own, other)
    seen = selectors.changes(other, since="", limit=200)[-1].cursor
    offer(lead, own, desk)
    takes(desk, own)
    told = [(each.case == own, each.what) for each in selectors.changes(other, since=seen, limit=200)]
    assert told.count((True, "transfer")) == 2
    assert (True, "corrected") in told
    assert (False, "opened") in told


def test_a_project_is_asked_in_turn_though_a_member_ran_the_case_before(world, lead, desk, own):
    services.set_policy(desk, project="pkg:npm/minimist", terms=Terms(per_week=1), source="its SECURITY.md")
    waits = world.organisation(OrganisationKind.VENDOR, "Minimist")
    first = open_for(world)
    services.invite(desk, first.case, party=waits, because="its code")
    after = handed(lead, own, desk)
    assert services.invite(desk, after, party=waits, because="its code") is None
