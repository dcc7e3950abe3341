"""A case that turns out to be two, and one that is over and is taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import Report, ReportVerb
from levee.cases.types import Kind
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.notify import selectors as letters
from levee.policy.actors import Capacity, Role
from support.coordination import another_case, come_in, found_again, vendor_of

DAY = timedelta(days=1)


@pytest.fixture
def second(world, opened):
    """A second finder whose finding is in the case."""
    finder = world.finder("Halyard")
    finding = found_again(world, opened, finder)
    services.take_in(opened.coordinator, opened.case, finding)
    return finder, finding


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


def split(opened, *chosen, by=None, title="The other flaw"):
    return services.split(
        by or opened.coordinator, opened.case, findings=chosen, title=title, because="another line of code"
    )


def seats(opened, case):
    return {each.name: each for each in selectors.participants(opened.coordinator, case)}


def test_a_part_keeps_the_end_the_consents_and_the_credit_of_its_findings(world, opened, vendor, second):
    world.clock.advance(DAY)
    before = selectors.get(vendor, opened.case)
    case = split(opened, second[1])
    part = selectors.get(vendor, case)
    assert (part.embargo, part.embargo_end) == (before.embargo, before.embargo_end)
    assert selectors.get(vendor, opened.case).embargo_end == before.embargo_end
    assert {name: each.consent for name, each in seats(opened, case).items()} == {
        name: each.consent for name, each in seats(opened, opened.case).items()
    }
    assert selectors.findings(vendor, case) == [second[1]]
    assert selectors.findings(vendor, opened.case) == [opened.finding]
    assert selectors.finders(opened.coordinator, case) == ("Halyard",)
    assert selectors.finders(opened.coordinator, opened.case) == ("Harrow",)
    assert (part.title, part.capacity) == ("The other flaw", Capacity.VENDOR)


def test_both_say_where_they_came_from_and_why(opened, vendor, second):
    case = split(opened, second[1])
    (went,), (came,) = selectors.went_on(vendor, opened.case), selectors.went_on(vendor, case)
    assert (went.kind, went.forth, went.other, went.because) == (Kind.SPLIT, True, case, "another line of code")
    assert (came.kind, came.forth, came.other) == (Kind.SPLIT, False, opened.case)
    assert selectors.get(vendor, opened.case).goes_on


def test_threads_and_answers_stay_and_the_part_begins_its_own(opened, vendor, second):
    services.send(vendor, opened.case, text="About both.", author="Ada")
    services.answer(vendor, opened.case, answer=Answer.AFFECTED, by="Ada")
    case = split(opened, second[1])
    assert selectors.messages(vendor, case) == []
    assert (seats(opened, case)["Minimist"].answer, seats(opened, case)["Minimist"].report) == (
        Answer.NOT_SEEN,
        Report.RECEIVED,
    )


def test_who_left_or_has_not_agreed_is_not_seated_as_if_it_had(world, opened, vendor, second):
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    case = split(opened, second[1])
    assert "Minimist" not in seats(opened, case)
    with pytest.raises(NotFound):
        selectors.get(vendor, case)


def test_who_has_not_agreed_to_new_terms_is_offered_the_part(world, opened, vendor, second):
    proposal = services.propose_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + 60 * DAY, because="a release"
    )
    services.decide_proposal(opened.coordinator, opened.case, proposal, verb=EmbargoVerb.ACCEPT, because="so be it")
    case = split(opened, second[1])
    assert seats(opened, case)["Minimist"].consent is Consent.INVITED
    with pytest.raises(NotFound):
        selectors.get(vendor, case)
    (offer,) = selectors.offers(vendor)
    assert services.answer_offer(vendor, offer.participant, verb=ConsentVerb.ACCEPT) == case
    assert selectors.get(vendor, case).embargo_end == selectors.get(opened.coordinator, opened.case).embargo_end


def test_a_maintainer_gets_a_letter_of_its_own_for_the_part(world, opened, second):
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Yargs", address="y@example.org", because="bundles it"
    )
    earlier = come_in(world, opened.coordinator, locator)
    world.clock.advance(timedelta(minutes=1))
    case = split(opened, second[1])
    assert seats(opened, case)["Yargs"].consent is Consent.INVITED
    newest = letters.outbox(opened.coordinator)[0].text
    locator = next(line.strip() for line in newest.splitlines() if "/contact/" in line)
    maintainer = come_in(world, opened.coordinator, locator)
    assert selectors.get(maintainer, case).embargo is Embargo.ACTIVE
    assert services.needs_code(maintainer, case)
    assert services.needs_code(earlier, case), "who came in by the first link answers with a code here too"
    with pytest.raises(BadInput, match="code"):
        services.answer(earlier, case, answer=Answer.AFFECTED, by="Ada")


def test_a_part_of_what_is_over_is_over_at_the_same_end(world, opened, second):
    world.clock.advance(31 * DAY)
    before = selectors.get(opened.coordinator, opened.case)
    part = selectors.get(opened.finder, split(opened, second[1]))
    assert (part.embargo, part.embargo_end) == (Embargo.EXITED, before.embargo_end)


def test_a_part_of_what_is_public_is_public(opened, vendor, second):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    part = selectors.get(vendor, split(opened, second[1]))
    assert (part.embargo, part.world, part.embargo_end_reason) == (
        Embargo.EXITED,
        (Event.PUBLIC_AWARE,),
        EndReason.PUBLIC,
    )


def test_a_part_of_what_stays_secret_under_attack_stays_secret(opened, vendor, second):
    claim = services.claim(vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )
    part = selectors.get(vendor, split(opened, second[1]))
    assert (part.embargo, part.world) == (Embargo.ACTIVE, (Event.ATTACKS_OBSERVED,))


def test_a_merge_is_undone_by_a_split_and_who_was_there_before_is_offered_the_part(world, opened):
    other = another_case(world, opened, "Windlass")
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    case = split(opened, other.finding)
    assert selectors.findings(opened.coordinator, opened.case) == [opened.finding]
    assert selectors.finders(opened.coordinator, case) == ("Windlass",)
    assert len(selectors.offers(other.finder)) == 2
    seat = seats(opened, case)["Windlass"].id
    assert services.answer_offer(other.finder, seat, verb=ConsentVerb.ACCEPT) == case


def test_some_of_the_findings_are_chosen_and_some_are_left(world, opened, second):
    elsewhere = found_again(world, opened, world.finder("Elsewhere"), key="k-9")
    for chosen, refusal in (
        ((), BadInput),
        ((opened.finding, second[1]), BadInput),
        ((elsewhere,), NotFound),
    ):
        with pytest.raises(refusal):
            split(opened, *chosen)
    with pytest.raises(BadInput, match="title"):
        split(opened, second[1], title=" ")
    with pytest.raises(BadInput, match="because"):
        services.split(opened.coordinator, opened.case, findings=[second[1]], title="t", because=" ")
    assert len(selectors.findings(opened.coordinator, opened.case)) == 2


def test_nothing_is_split_while_another_end_is_proposed(world, opened, second):
    services.propose_embargo(opened.finder, opened.case, end=world.clock.now() + 40 * DAY, because="a release")
    with pytest.raises(AgainstRules, match="proposed"):
        split(opened, second[1])


def test_what_was_split_off_is_no_rediscovery_of_the_case_it_came_from(opened, second):
    split(opened, second[1])
    assert selectors.rediscoveries(opened.coordinator, opened.case) == []


def test_the_plans_say_who_comes_in_how(opened, vendor, second):
    services.invite_maintainer(
        opened.coordinator, opened.case, name="Yargs", address="y@example.org", because="bundles it"
    )
    plan = services.split_plan(opened.coordinator, opened.case)
    assert plan.embargo_end == selectors.get(vendor, opened.case).embargo_end
    assert {"Harrow", "Halyard", "Minimist"} < set(plan.comes_in)
    assert plan.written == ("Yargs",)
    with pytest.raises(AgainstRules, match="goes on"):
        services.reopen_plan(opened.coordinator, opened.case)


def test_what_is_over_is_opened_again_with_its_findings_and_parties(world, opened, vendor):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    services.handle(vendor, opened.case, step=ReportVerb.VALIDATE, because="so it is")
    services.handle(vendor, opened.case, step=ReportVerb.ACCEPT, because="we fix it")
    services.handle(vendor, opened.case, step=ReportVerb.CLOSE, because="fixed")
    case = services.reopen(opened.coordinator, opened.case, because="the fix does not hold")
    found = selectors.get(vendor, case)
    assert (found.world, found.embargo) == ((Event.PUBLIC_AWARE,), Embargo.NONE)
    assert selectors.findings(vendor, case) == [opened.finding]
    assert seats(opened, case)["Minimist"].report is Report.RECEIVED
    assert seats(opened, opened.case)["Minimist"].report is Report.CLOSED
    assert selectors.get(vendor, opened.case).successor == case
    (went,) = selectors.went_on(vendor, opened.case)
    assert (went.kind, went.because) == (Kind.REOPENED, "the fix does not hold")
    with pytest.raises(AgainstRules, match="took this one's place"):
        services.reopen(opened.coordinator, opened.case, because="again")


@pytest.mark.parametrize("reason", [EndReason.OWNER, EndReason.PUBLIC])
def test_no_embargo_comes_back_with_a_new_opening(opened, reason):
    services.end_embargo(opened.coordinator, opened.case, reason=reason, evidence="a post")
    case = services.reopen(opened.coordinator, opened.case, because="more to do")
    assert selectors.get(opened.finder, case).embargo is Embargo.NONE


def test_what_goes_on_is_not_opened_again(opened):
    with pytest.raises(AgainstRules, match="goes on"):
        services.reopen(opened.coordinator, opened.case, because="more to do")


def test_only_coordinators_of_the_owner_split_and_open_again(world, opened, vendor, second):
    clerk = world.actor(world.house, Role.MEMBER)
    for party, refusal in (
        (vendor, Forbidden),
        (opened.finder, Forbidden),
        (clerk, Forbidden),
        (world.finder("Another"), NotFound),
    ):
        with pytest.raises(refusal):
            split(opened, second[1], by=party)
        with pytest.raises(refusal):
            services.split_plan(party, opened.case)
        with pytest.raises(refusal):
            services.reopen(party, opened.case, because="b")
        with pytest.raises(refusal):
            services.reopen_plan(party, opened.case)


def test_the_report_stays_with_the_vendors_that_had_it(opened, vendor, second):
    case = split(opened, second[1])
    assert findings.get(vendor, second[1])
    assert selectors.get(second[0], case).capacity is Capacity.FINDER
