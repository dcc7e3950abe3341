"""What was accepted by mistake: doubted by one of the owner's people, corrected by another, in a case of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import Claim, ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import Report
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.notify import selectors as letters
from levee.policy.actors import Capacity, OrganisationKind, Role
from support.coordination import codes, come_in, vendor_of

P, X, A = Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC, Event.ATTACKS_OBSERVED


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


@pytest.fixture
def second(world):
    """Another coordinator of the same house."""
    return world.actor(world.house, Role.MEMBER, Role.COORDINATOR)


def accepted(opened, event=P, by=None):
    claim = services.claim(by or opened.finder, opened.case, event=event, evidence="a post")
    services.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="we saw it", keep_embargo=event is A
    )
    return claim


def doubted(opened, event=P):
    claim = accepted(opened, event)
    services.doubt_claim(opened.coordinator, opened.case, claim, because="the post is about another flaw")
    return claim


def corrected(opened, second, claim):
    return services.settle_doubt(second, opened.case, claim, verb=ClaimVerb.CORRECT, because="indeed it is")


def state_of(opened, claim):
    return next(each for each in selectors.claims(opened.finder, opened.case) if each.id == claim).state


def test_a_doubt_moves_nothing_before_a_second_person_has_decided(opened, vendor):
    claim = doubted(opened)
    assert state_of(opened, claim) is Claim.DOUBTED
    case = selectors.get(vendor, opened.case)
    assert (case.embargo, case.world, case.successor) == (Embargo.EXITED, (P,), None)


def test_who_doubts_does_not_decide_and_nothing_changes_by_the_attempt(opened, vendor):
    claim = doubted(opened)
    with pytest.raises(Forbidden, match="second person"):
        corrected(opened, opened.coordinator, claim)
    assert state_of(opened, claim) is Claim.DOUBTED


def test_a_correction_opens_a_case_with_the_same_findings_parties_and_terms(world, opened, vendor, second):
    before = selectors.get(opened.coordinator, opened.case)
    claim = doubted(opened)
    world.clock.advance(timedelta(hours=1))
    after = corrected(opened, second, claim)
    for party in (opened.coordinator, opened.finder, vendor):
        case = selectors.get(party, after)
        assert (case.embargo, case.embargo_end, case.world) == (Embargo.ACTIVE, before.embargo_end, ())
        assert (case.title, case.summary) == (before.title, before.summary)
        assert selectors.get(party, opened.case).successor == after
    assert {(each.name, each.consent) for each in selectors.participants(vendor, after)} == {
        (each.name, Consent.SIGNATORY) for each in selectors.participants(vendor, opened.case)
    }
    (seat,) = [each for each in selectors.participants(vendor, after) if each.capacity is Capacity.VENDOR]
    assert (seat.report, seat.fix) == (Report.RECEIVED, {Event.VENDOR_AWARE})
    assert selectors.findings(vendor, after) == [opened.finding]
    assert findings.get(vendor, opened.finding)


def test_the_case_before_keeps_what_happened_and_takes_no_further_step(world, opened, vendor, second):
    claim = doubted(opened)
    told = selectors.history(vendor, opened.case)
    corrected(opened, second, claim)
    assert selectors.history(vendor, opened.case) == told
    assert selectors.get(vendor, opened.case).world == (P,)
    attempts = [
        lambda: services.answer(vendor, opened.case, answer=Answer.AFFECTED, by="Ada"),
        lambda: services.send(vendor, opened.case, text="still here", author="Ada"),
        lambda: services.claim(vendor, opened.case, event=A, evidence="a log"),
        lambda: services.invite(
            opened.coordinator,
            opened.case,
            party=world.organisation(OrganisationKind.VENDOR),
            name="New",
            because="its code",
        ),
    ]
    for attempt in attempts:
        with pytest.raises(AgainstRules, match="took this one's place") as refused:
            attempt()
        assert selectors.get(vendor, opened.case).successor_id in refused.value.advice()
    assert selectors.history(vendor, opened.case) == told


def test_work_goes_on_in_the_case_that_took_its_place(opened, vendor, second):
    after = corrected(opened, second, doubted(opened))
    services.answer(vendor, after, answer=Answer.AFFECTED, by="Ada")
    services.send(opened.finder, after, text="Good that it is secret again.", author="Harrow")
    assert [each.text for each in selectors.messages(vendor, after)] == ["Good that it is secret again."]
    assert selectors.of_cluster(second, selectors.get(second, after).cluster).id == after


def test_who_left_before_is_not_drawn_in_again(world, opened, vendor, second):
    gone = world.actor(world.organisation(OrganisationKind.VENDOR, "Gone"), name="Gone")
    services.invite(opened.coordinator, opened.case, party=gone.party, name="Gone", because="its code")
    services.consent(gone, opened.case, verb=ConsentVerb.REVISE)
    after = corrected(opened, second, doubted(opened))
    assert "Gone" not in {each.name for each in selectors.participants(vendor, after)}
    with pytest.raises(NotFound):
        selectors.get(gone, after)


def test_a_maintainer_without_an_account_gets_a_new_letter_and_sees_nothing_before_it_agrees(world, opened, second):
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Minimist", address="m@example.org", because="its code"
    )
    come_in(world, opened.coordinator, locator)
    sent = len(codes(opened.coordinator))
    world.clock.advance(timedelta(minutes=1))
    after = corrected(opened, second, doubted(opened))
    (seat,) = [each for each in selectors.participants(second, after) if each.capacity is Capacity.VENDOR]
    assert (seat.consent, seat.report, seat.fix) == (Consent.INVITED, Report.START, frozenset())
    assert len(codes(opened.coordinator)) == sent + 1
    locator = next(
        line.strip() for line in letters.outbox(opened.coordinator)[0].text.splitlines() if "/contact/" in line
    )
    maintainer = come_in(world, opened.coordinator, locator)
    assert selectors.get(maintainer, after).embargo is Embargo.ACTIVE


def test_what_else_happened_holds_in_the_new_case_too_and_leaves_no_embargo(opened, vendor, second):
    accepted(opened, A)
    after = corrected(opened, second, doubted(opened, P))
    case = selectors.get(vendor, after)
    assert (case.world, case.embargo) == ((A,), Embargo.NONE)


def test_a_flaw_stays_public_by_a_public_exploit(opened, vendor, second):
    accepted(opened, P)
    after = corrected(opened, second, doubted(opened, X))
    assert selectors.get(vendor, after).world == (P,)


def test_an_end_that_has_passed_meanwhile_does_not_come_back(world, opened, vendor, second):
    claim = doubted(opened)
    world.clock.advance(timedelta(days=31))
    after = corrected(opened, second, claim)
    assert selectors.get(vendor, after).embargo is Embargo.NONE


def test_what_is_upheld_stands_and_can_be_doubted_again(opened, second):
    claim = doubted(opened)
    assert services.settle_doubt(second, opened.case, claim, verb=ClaimVerb.UPHOLD, because="it is this one") is None
    assert state_of(opened, claim) is Claim.ACCEPTED
    services.doubt_claim(second, opened.case, claim, because="a second look")
    assert corrected(opened, opened.coordinator, claim)


def test_what_an_owner_ended_the_embargo_over_can_be_corrected_like_a_claim(opened, vendor, second):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.EXPLOIT_PUBLIC, evidence="a repository")
    (claim,) = selectors.claims(vendor, opened.case)
    assert (claim.event, claim.state, claim.evidence) == (X, Claim.ACCEPTED, "a repository")
    services.doubt_claim(opened.coordinator, opened.case, claim.id, because="it does something else")
    after = corrected(opened, second, claim.id)
    assert selectors.get(vendor, after).embargo is Embargo.ACTIVE


def test_what_was_published_is_no_mistake_of_a_claim(opened, second):
    draft = Draft(title="t", summary="s", details="", package="npm:minimist", fixed="0.2.1")
    opened.publishes(draft)
    assert selectors.claims(second, opened.case) == []


@pytest.mark.parametrize("verb", [ClaimVerb.ACCEPT, ClaimVerb.REFUSE, ClaimVerb.DOUBT])
def test_a_doubt_is_corrected_or_upheld_and_a_claim_accepted_or_refused(opened, second, verb):
    claim = doubted(opened)
    with pytest.raises(BadInput, match="verb"):
        services.settle_doubt(second, opened.case, claim, verb=verb, because="b")
    with pytest.raises(BadInput, match="verb"):
        services.decide_claim(second, opened.case, claim, verb=ClaimVerb.CORRECT, because="b")
    assert state_of(opened, claim) is Claim.DOUBTED


def test_only_what_was_accepted_is_doubted_and_only_what_is_doubted_is_corrected(opened, second):
    claim = services.claim(opened.finder, opened.case, event=P, evidence="a post")
    with pytest.raises(Conflict):
        services.doubt_claim(opened.coordinator, opened.case, claim, because="b")
    with pytest.raises(Conflict):
        corrected(opened, second, claim)
    for name in ("because",):
        with pytest.raises(BadInput, match=name):
            services.doubt_claim(opened.coordinator, opened.case, claim, because=" ")


def test_only_the_owners_coordinators_doubt_and_correct(world, opened, vendor, second):
    claim = accepted(opened)
    stranger = world.finder("Another")
    for party, refusal in ((vendor, Forbidden), (opened.finder, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            services.doubt_claim(party, opened.case, claim, because="b")
    services.doubt_claim(opened.coordinator, opened.case, claim, because="b")
    for party, refusal in ((vendor, Forbidden), (opened.finder, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            corrected(opened, party, claim)
    assert state_of(opened, claim) is Claim.DOUBTED
