"""Two cases about one flaw become one: causes are joined, audiences only by consent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from levee.cases import selectors, services
from levee.cases.clocks.moments import Moment
from levee.cases.projects.policies import Takes, Terms
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.types import Kind, Show
from levee.findings import selectors as findings
from levee.findings.services import redact
from levee.fixes.selectors import verified
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.ledger.models import Pending
from levee.policy.actors import Capacity, OrganisationKind, PrincipalKind, Role
from support.coordination import another_case, codes, come_in, contact_of, group, open_for
from support.database import as_role
from support.running import hand_in

DAY = timedelta(days=1)


def member(world, opened, case, name, kind=OrganisationKind.VENDOR):
    vendor = world.actor(world.organisation(kind, name), name=name)
    services.invite(opened.coordinator, case, party=vendor.party, name=name, because="its code")
    return vendor


@pytest.fixture
def other(world, opened):
    return another_case(world, opened, "Halyard")


def merge(opened, other, because="one bug, as the cross fix shows"):
    services.merge(opened.coordinator, other.case, into=opened.case, because=because)


def agree(actor):
    (offer,) = selectors.offers(actor)
    return services.answer_offer(actor, offer.participant, verb=ConsentVerb.ACCEPT)


def seats(opened, reader=None):
    return {each.name: each for each in selectors.participants(reader or opened.coordinator, opened.case)}


def test_the_earlier_end_holds_for_both_whichever_goes_on(world, opened, other):
    earlier = world.clock.now() + 20 * DAY
    merge(opened, other)
    assert selectors.get(opened.finder, opened.case).embargo_end == earlier
    third = another_case(world, opened, "Windlass", days=50)
    merge(opened, third)
    assert selectors.get(opened.finder, opened.case).embargo_end == earlier
    assert selectors.get(third.finder, third.case).embargo_end == earlier, "it is bound to the same end"


def test_both_causes_and_both_finders_are_in_the_case_that_goes_on(opened, other):
    merge(opened, other)
    assert set(selectors.findings(opened.coordinator, opened.case)) == {opened.finding, other.finding}
    assert selectors.finders(opened.coordinator, opened.case) == ("Halyard", "Harrow")
    assert seats(opened)["Halyard"].capacity is Capacity.FINDER


def test_who_was_in_the_other_case_is_offered_the_terms_and_sees_nothing_before_it_agrees(world, opened, other):
    vendor = member(world, opened, other.case, "Left-pad")
    services.send(opened.finder, opened.case, text="Our proof is ready.", author="Harrow")
    merge(opened, other)
    for party in (other.finder, vendor):
        with pytest.raises(NotFound):
            selectors.get(party, opened.case)
        with pytest.raises(NotFound):
            findings.get(party, opened.finding)
        (offer,) = selectors.offers(party)
        assert offer.embargo_end == world.clock.now() + 20 * DAY
        assert selectors.get(party, other.case).successor is None, "it learns no name of the other case"
    assert (seats(opened)["Left-pad"].consent, seats(opened)["Halyard"].consent) == (Consent.INVITED, Consent.INVITED)
    assert agree(vendor) == opened.case
    assert seats(opened)["Left-pad"].consent is Consent.SIGNATORY
    assert [each.text for each in selectors.messages(vendor, opened.case)] == ["Our proof is ready."]
    assert findings.get(vendor, opened.finding)
    assert selectors.get(vendor, other.case).successor == opened.case
    assert selectors.offers(vendor) == []
    agree(other.finder)
    assert selectors.get(other.finder, opened.case).title == "Prototype pollution in minimist"
    with pytest.raises(NotFound):
        findings.get(other.finder, opened.finding)


def test_vendors_that_agreed_see_the_report_that_came_along_and_nobody_else_does(world, opened, other):
    vendor, gone = member(world, opened, opened.case, "Minimist"), member(world, opened, opened.case, "Gone")
    services.consent(gone, opened.case, verb=ConsentVerb.REVISE)
    merge(opened, other)
    assert findings.get(vendor, other.finding)
    for party in (gone, opened.finder):
        with pytest.raises(NotFound):
            findings.get(party, other.finding)


def test_what_a_vendor_answered_in_the_other_case_is_told_to_those_in_both_until_it_answers_anew(world, opened, other):
    vendor, apart = member(world, opened, other.case, "Left-pad"), member(world, opened, opened.case, "Minimist")
    services.answer(vendor, other.case, answer=Answer.AFFECTED, by="Ada")
    merge(opened, other)

    def told(reader):
        seat = seats(opened, reader)["Left-pad"]
        return seat.answer, [(each.case, each.answer) for each in seat.earlier]

    before = [(other.case, Answer.AFFECTED)]
    assert told(opened.coordinator) == (Answer.NOT_SEEN, before)
    agree(vendor)
    assert told(vendor) == (Answer.NOT_SEEN, before)
    assert told(apart) == told(opened.finder) == (Answer.NOT_SEEN, []), "they know of no other case"
    services.answer(vendor, opened.case, answer=Answer.FIXED, by="Ada")
    assert told(opened.coordinator) == told(vendor) == (Answer.FIXED, [])


def test_what_was_answered_before_is_not_told_to_who_has_not_agreed_to_the_embargo_there(world, opened, other):
    vendor, reader = member(world, opened, other.case, "Left-pad"), member(world, opened, other.case, "Minimist")
    services.invite(opened.coordinator, opened.case, party=reader.party, name="Minimist", because="its code")
    end = world.clock.now() + 40 * DAY
    proposal = services.propose_embargo(other.finder, other.case, end=end, because="more time")
    services.decide_proposal(opened.coordinator, other.case, proposal, verb=EmbargoVerb.ACCEPT, because="so be it")
    services.consent(vendor, other.case, verb=ConsentVerb.ACCEPT)
    world.clock.advance(timedelta(hours=1))
    services.answer(vendor, other.case, answer=Answer.AFFECTED, by="Ada")
    merge(opened, other)
    assert seats(opened)["Left-pad"].earlier
    assert selectors.answers(reader, other.case) == []
    assert seats(opened, reader)["Left-pad"].earlier == ()


def test_who_declines_sees_nothing_and_is_not_asked_again(world, opened, other):
    vendor = member(world, opened, other.case, "Left-pad")
    merge(opened, other)
    (offer,) = selectors.offers(vendor)
    assert services.answer_offer(vendor, offer.participant, verb=ConsentVerb.DECLINE) is None
    assert selectors.offers(vendor) == []
    assert seats(opened)["Left-pad"].consent is Consent.DECLINED
    with pytest.raises(NotFound):
        services.answer_offer(vendor, offer.participant, verb=ConsentVerb.ACCEPT)
    with pytest.raises(NotFound):
        selectors.get(vendor, opened.case)


def test_an_offer_is_answered_by_its_own_organisation_alone_and_by_no_run(world, opened, other):
    vendor = member(world, opened, other.case, "Left-pad")
    merge(opened, other)
    (offer,) = selectors.offers(vendor)
    run = world.actor(vendor.party, kind=PrincipalKind.SERVICE)
    for stranger in (other.finder, opened.coordinator, world.finder("Nobody")):
        with pytest.raises(NotFound):
            services.answer_offer(stranger, offer.participant, verb=ConsentVerb.ACCEPT)
    with pytest.raises((NotFound, Forbidden)):
        services.answer_offer(run, offer.participant, verb=ConsentVerb.ACCEPT)
    with pytest.raises(BadInput, match="verb"):
        services.answer_offer(vendor, offer.participant, verb=ConsentVerb.REVISE)
    assert selectors.offers(vendor) == [offer]


def test_who_left_the_other_case_or_does_not_agree_is_not_drawn_in(world, opened, other):
    gone = member(world, opened, other.case, "Gone")
    services.consent(gone, other.case, verb=ConsentVerb.REVISE)
    plan = services.merge_plan(opened.coordinator, other.case, into=opened.case)
    merge(opened, other)
    assert "Gone" not in seats(opened)
    assert (plan.left_out, plan.offered) == (("Gone",), ("Halyard",))
    assert selectors.offers(gone) == []


def test_who_is_in_both_stays_as_it_stands_in_the_case_that_goes_on(world, opened, other):
    vendor = member(world, opened, opened.case, "Minimist")
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    merge(opened, other)
    assert seats(opened)["Minimist"].consent is Consent.SIGNATORY
    assert selectors.offers(vendor) == []


def test_the_plan_says_what_will_happen_and_changes_nothing(world, opened, other):
    member(world, opened, other.case, "Left-pad")
    services.invite_maintainer(
        opened.coordinator, other.case, name="Yargs", address="y@example.org", because="bundles it"
    )
    plan = services.merge_plan(opened.coordinator, other.case, into=opened.case)
    assert plan.embargo_end == world.clock.now() + 20 * DAY
    assert (set(plan.offered), plan.written) == ({"Halyard", "Left-pad"}, ("Yargs",))
    assert (plan.findings, plan.finders) == (2, ("Halyard", "Harrow"))
    assert "Halyard" not in seats(opened)
    assert selectors.get(opened.coordinator, other.case).successor is None


def test_the_threads_of_the_other_case_stay_with_those_who_are_in_them(world, opened, other):
    services.send(other.finder, other.case, text="Only we know.", author="Halyard")
    merge(opened, other)
    assert [each.text for each in selectors.messages(other.finder, other.case)] == ["Only we know."]
    assert selectors.messages(opened.finder, opened.case) == []
    with pytest.raises(NotFound):
        selectors.messages(opened.finder, other.case)


def test_the_case_that_was_merged_takes_no_further_step_and_says_where_it_went(world, opened, other):
    merge(opened, other)
    told = selectors.history(other.finder, other.case)
    for attempt in (
        lambda: services.send(other.finder, other.case, text="still here", author="H"),
        lambda: services.shorten_embargo(opened.coordinator, other.case, end=world.clock.now() + DAY, because="b"),
        lambda: services.consent(other.finder, other.case, verb=ConsentVerb.REVISE),
        lambda: merge(opened, other),
        lambda: services.split(
            opened.coordinator, other.case, findings=[other.finding], title="t", because="it is another"
        ),
        lambda: services.reopen(opened.coordinator, other.case, because="b"),
    ):
        with pytest.raises(AgainstRules, match="took this one's place") as refused:
            attempt()
        assert refused.value.code == "case.continued"
    assert selectors.history(other.finder, other.case) == told
    (went,) = selectors.went_on(opened.coordinator, other.case)
    assert (went.kind, went.forth, went.other, went.because) == (
        Kind.MERGED,
        True,
        opened.case,
        "one bug, as the cross fix shows",
    )
    (came,) = selectors.went_on(opened.finder, opened.case)
    assert (came.forth, came.other) == (False, None), "who is not in the other case learns no name of it"
    assert [each.id for each in selectors.listed(opened.coordinator, show=Show.CONTINUED)] == [other.case]


def test_both_logs_have_the_reason_and_neither_names_the_other_case(world, opened, other):
    merge(opened, other)
    with as_role(world.owner_role):
        logged = {each.log_key: each.fields for each in Pending.unscoped.filter(fields__contains="case:merge")}
    for case, hidden in ((opened.case, other.case), (other.case, opened.case)):
        assert "one bug" in logged[case]
        assert str(hidden) not in logged[case]
    assert str(other.case) in logged[world.house], "the house's own log has both"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_merge_needs_a_reason_and_two_cases(opened, other, reason):
    with pytest.raises(BadInput, match="flaw"):
        merge(opened, other, because=reason)
    with pytest.raises(BadInput, match="itself"):
        services.merge(opened.coordinator, opened.case, into=opened.case, because="b")


def test_chains_lead_to_the_last_and_circles_are_refused(world, opened, other):
    third = another_case(world, opened, "Windlass", days=10)
    vendor = member(world, opened, other.case, "Left-pad")
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    services.merge(opened.coordinator, opened.case, into=third.case, because="one bug")
    for case, into in ((third.case, other.case), (third.case, opened.case), (other.case, third.case)):
        with pytest.raises(AgainstRules, match="took this one's place"):
            services.merge(opened.coordinator, case, into=into, because="round and round")
    assert set(selectors.findings(third.finder, third.case)) == {opened.finding, other.finding, third.finding}
    assert agree(vendor) == third.case
    for finder in (opened.finder, other.finder):
        assert agree(finder) == third.case
    for each in (opened.case, other.case, third.case):
        assert selectors.get(opened.coordinator, each).embargo_end == world.clock.now() + 10 * DAY


@pytest.mark.parametrize("which", ["goes on", "is merged"])
def test_nothing_is_merged_while_another_end_is_proposed(world, opened, other, which):
    case = opened if which == "goes on" else other
    services.propose_embargo(case.finder, case.case, end=world.clock.now() + 40 * DAY, because="a release")
    with pytest.raises(AgainstRules, match="proposed"):
        merge(opened, other)


@pytest.mark.parametrize("which", ["goes on", "is merged"])
@pytest.mark.parametrize("reason", [EndReason.PUBLIC, EndReason.OWNER])
def test_a_case_whose_embargo_is_over_is_not_merged_with_one_under_embargo(opened, other, which, reason):
    case = opened if which == "goes on" else other
    services.end_embargo(opened.coordinator, case.case, reason=reason, evidence="a post")
    with pytest.raises(AgainstRules, match="rule 14"):
        merge(opened, other)


def test_cases_that_are_both_over_are_merged_and_parts_in_them_are_offered_too(opened, other):
    for each in (opened, other):
        services.end_embargo(opened.coordinator, each.case, reason=EndReason.PUBLIC, evidence="a post")
    merge(opened, other)
    (offer,) = selectors.offers(other.finder)
    assert offer.embargo_end is None
    assert agree(other.finder) == opened.case


def test_a_claim_that_waits_is_decided_first(opened, other):
    claim = services.claim(other.finder, other.case, event=Event.PUBLIC_AWARE, evidence="a post")
    with pytest.raises(AgainstRules, match="decided"):
        merge(opened, other)
    services.decide_claim(opened.coordinator, other.case, claim, verb=ClaimVerb.REFUSE, because="another flaw")
    merge(opened, other)


def test_what_ends_the_embargo_ends_it_for_those_who_did_not_come_along(opened, other):
    merge(opened, other)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.EXPLOIT_PUBLIC, evidence="a post")
    case = selectors.get(other.finder, other.case)
    assert (case.embargo, case.world) == (Embargo.EXITED, (Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC))


def test_an_end_that_is_brought_forward_later_binds_them_no_longer_either(world, opened, other):
    merge(opened, other)
    end = world.clock.now() + 3 * DAY
    services.shorten_embargo(opened.coordinator, opened.case, end=end, because="it is being looked for")
    assert selectors.get(other.finder, other.case).embargo_end == end


def test_a_fix_that_is_deployed_does_not_stand_in_the_way(world, opened, other):
    vendor = member(world, opened, opened.case, "Minimist")
    services.answer(vendor, opened.case, answer=Answer.FIXED, by="Ada", product="minimist", version="0.2.1")
    services.handle(vendor, opened.case, step=Event.FIX_DEPLOYED, because="our own service")
    merge(opened, other)
    assert selectors.get(vendor, opened.case).embargo_end == world.clock.now() + 20 * DAY


def test_only_coordinators_of_the_owner_merge(world, opened, other):
    vendor = member(world, opened, opened.case, "Minimist")
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    clerk = world.actor(world.house, Role.MEMBER)
    for party, refusal in ((vendor, Forbidden), (clerk, Forbidden), (opened.finder, NotFound)):
        with pytest.raises(refusal):
            services.merge(party, other.case, into=opened.case, because="b")
        with pytest.raises(refusal):
            services.merge_plan(party, other.case, into=opened.case)
    assert selectors.get(vendor, other.case).successor is None


def test_whom_a_conflict_of_interest_holds_does_not_merge_and_stays_held_afterwards(world, opened, other):
    colleague = world.actor(world.house, Role.MEMBER, Role.COORDINATOR)
    services.say_conflict(colleague, other.case, because="once worked for the vendor", of=opened.coordinator.id)
    with pytest.raises(AgainstRules, match="conflict of interest"):
        merge(opened, other)
    services.merge(colleague, other.case, into=opened.case, because="one bug")
    with pytest.raises(AgainstRules, match="conflict of interest"):
        services.shorten_embargo(opened.coordinator, opened.case, end=world.clock.now() + DAY, because="b")


def test_a_maintainers_link_leads_to_the_terms_of_the_case_that_goes_on(world, opened, other):
    locator = services.invite_maintainer(
        opened.coordinator, other.case, name="Yargs", address="y@example.org", because="bundles it"
    )
    world.clock.advance(timedelta(minutes=1))
    merge(opened, other)
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    assert (
        services.terms(maintainer, contact_of(locator)).embargo_end
        == selectors.get(opened.coordinator, opened.case).embargo_end
    )
    with pytest.raises(NotFound):
        selectors.get(maintainer, opened.case)
    world.clock.advance(timedelta(minutes=2))
    services.renew_terms_code(maintainer, contact_of(locator))
    code = codes(opened.coordinator)[-1]
    assert services.accept(maintainer, contact_of(locator), by="Ada", code=code) == opened.case
    assert findings.get(maintainer, opened.finding)


def test_a_maintainer_who_had_agreed_agrees_anew_with_a_code_and_by_no_other_way(world, opened, other):
    locator = services.invite_maintainer(
        opened.coordinator, other.case, name="Yargs", address="y@example.org", because="bundles it"
    )
    maintainer = come_in(world, opened.coordinator, locator)
    world.clock.advance(timedelta(minutes=1))
    merge(opened, other)
    assert selectors.offers(maintainer) == [], "who came in by a link answers there, with a code"
    with pytest.raises(NotFound):
        services.answer_offer(maintainer, seats(opened)["Yargs"].id, verb=ConsentVerb.ACCEPT)
    assert selectors.get(maintainer, other.case)
    code = codes(opened.coordinator)[-1]
    assert services.accept(maintainer, contact_of(locator), by="Ada", code=code) == opened.case
    assert services.needs_code(maintainer, opened.case)


def test_clocks_go_on_in_the_case_that_goes_on_from_when_they_began(world, opened, other):
    vendor = member(world, opened, other.case, "Left-pad")
    told = world.clock.now()
    services.keep_policy(other.finder, other.case, policy="finder:90-days", because="our rules")
    services.keep_policy(vendor, other.case, policy="eu:cra", because="we sell there")
    services.keep_policy(opened.coordinator, other.case, policy="list:linux-distros", because="it ships the code")
    services.state_moment(
        opened.coordinator, other.case, moment=Moment.LIST_TOLD, at=told - DAY, evidence="a mail to it"
    )
    world.clock.advance(2 * DAY)
    merge(opened, other)
    kept = {each.policy for each in selectors.timing(opened.finder, opened.case).policies}
    assert kept == {"list:linux-distros"}, "who has not come along yet says nothing here"
    agree(vendor)
    agree(other.finder)
    timing = selectors.timing(opened.finder, opened.case)
    assert {each.policy for each in timing.policies} == {"list:linux-distros", "eu:cra", "finder:90-days"}
    own = [each for each in timing.clocks if each.policy.startswith("finder:90-days") and each.asks == "Left-pad"]
    assert {each.started_at for each in own if each.started_at} == {told}
    listed = [each for each in timing.clocks if each.policy.startswith("list:linux-distros")]
    assert {each.started_at for each in listed if each.started_at} == {told - DAY}


def test_what_waits_at_the_project_waits_on_in_the_case_that_goes_on(world, opened, other):
    services.set_policy(
        opened.coordinator, project="pkg:npm/minimist", terms=Terms(takes=Takes.WITH_FIX), source="their letter"
    )
    vendor = world.organisation(OrganisationKind.VENDOR, "Minimist")
    assert services.invite(opened.coordinator, other.case, party=vendor, name="Minimist", because="its code") is None
    merge(opened, other)
    (turn,) = selectors.turns(opened.coordinator, verified)
    assert (turn.case, turn.name) == (opened.case, "Minimist")


def test_where_the_projects_people_know_of_either_case_nobody_waits_any_more(world, opened, other):
    member(world, opened, opened.case, "Minimist")
    services.set_policy(
        opened.coordinator, project="pkg:npm/minimist", terms=Terms(takes=Takes.WITH_FIX), source="their letter"
    )
    party = world.organisation(OrganisationKind.VENDOR, "A second maintainer")
    assert services.invite(opened.coordinator, other.case, party=party, name="Second", because="its code") is None
    merge(opened, other)
    assert selectors.turns(opened.coordinator, verified) == []
    assert seats(opened)["Second"].consent is Consent.SIGNATORY


def test_a_finding_of_either_cause_that_comes_later_is_a_rediscovery(world, opened, other):
    cluster = selectors.get(opened.coordinator, other.case).cluster
    merge(opened, other)
    later = hand_in(
        world.finder("Third"), None, key="third", target="npm:minimist@0.0.8", contrast="0.2.1", title="Again"
    )
    group(world, cluster, later)
    assert selectors.rediscoveries(opened.coordinator, opened.case) == [later]
    services.take_in(opened.coordinator, opened.case, later)
    assert selectors.of_cluster(opened.coordinator, cluster).id == opened.case


def test_words_that_were_hidden_in_either_case_are_no_reason(world, opened, other):
    redact(opened.coordinator, other.finding, passages=["Halyard"], reason="a name")
    with pytest.raises(BadInput):
        merge(opened, other, because="as Halyard says")


def test_of_two_merges_of_one_pair_at_once_one_is_done_and_the_other_refused(real_world):
    opened = open_for(real_world)
    other = another_case(real_world, opened, "Halyard")
    pairs = [(other.case, opened.case), (opened.case, other.case), (other.case, opened.case)]

    together = threading.Barrier(len(pairs))

    def attempt(pair):
        together.wait(timeout=30)
        try:
            services.merge(opened.coordinator, pair[0], into=pair[1], because="one bug")
        except AgainstRules as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(pairs)) as pool:
        assert sorted(pool.map(attempt, pairs)) == ["case.continued", "case.continued", "done"]
    (goes_on,) = [each for each in selectors.listed(opened.coordinator) if each.goes_on]
    assert set(selectors.findings(opened.coordinator, goes_on.id)) == {opened.finding, other.finding}
