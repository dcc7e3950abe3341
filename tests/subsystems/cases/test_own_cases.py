"""A member opens a case of its own about what it found, chooses who takes part, and nobody else sees anything of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.projects.policies import Counts, Terms
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent, ConsentVerb
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.notify.selectors import outbox
from levee.policy.actors import Capacity, OrganisationKind, Role, Standing
from support.coordination import cluster_of
from support.database import as_role
from support.own_cases import found_by, lead_of, open_own


def says(world, terms):
    """The clearinghouse read how the project wants reports."""
    services.set_policy(world.coordinator(), project="pkg:npm/minimist", terms=terms, source="its SECURITY.md")


@pytest.fixture
def lead(world):
    return lead_of(world)


@pytest.fixture
def finding(world, lead):
    return found_by(world, lead)


@pytest.fixture
def case(world, lead, finding):
    return open_own(world, lead, finding)


@pytest.fixture
def other(world):
    return lead_of(world, name="Brine Controls")


def test_its_owner_alone_takes_part_in_a_case_of_its_own(world, lead, finding, case):
    (seat,) = selectors.participants(lead, case)
    assert (seat.party, seat.capacity) == (lead.party, Capacity.OWNER)
    assert list(selectors.findings(lead, case)) == [finding]
    assert selectors.get(lead, case).house == lead.party
    assert [each.id for each in selectors.listed(lead)] == [case]
    assert selectors.of_finding(lead, finding).id == case


def test_the_clearinghouse_sees_that_a_finder_runs_a_case_and_nothing_of_it(world, lead, finding, case):
    coordinator = world.coordinator()
    (told,) = selectors.own_cases(coordinator, [finding])
    assert (told.finding, told.finder, told.since) == (finding, "Halyard Industrial", world.clock.now())
    assert list(selectors.listed(coordinator)) == []
    assert selectors.of_finding(coordinator, finding) is None
    for ask in (selectors.get, selectors.participants, selectors.history, selectors.messages):
        with pytest.raises(NotFound):
            ask(coordinator, case)


def test_nobody_else_is_told_which_findings_have_a_case(world, lead, finding, case, other):
    assert list(selectors.own_cases(other, [finding])) == []
    assert list(selectors.own_cases(lead, [finding])) == []


def test_whoever_is_offered_a_part_sees_the_terms_and_then_the_case_and_its_report(world, lead, finding, case, other):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    (offered,) = selectors.offers(other)
    assert (offered.participant, offered.house) == (seat, "Halyard Industrial")
    with pytest.raises(NotFound):
        selectors.get(other, case)
    with pytest.raises(NotFound):
        findings.get(other, finding)
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    assert selectors.get(other, case).capacity is Capacity.VENDOR
    assert findings.get(other, finding).title == "Overflow in the parser"
    services.answer(other, case, answer=Answer.AFFECTED, by="Brine", product="pump")
    assert {each.name: each.answer for each in selectors.participants(lead, case)}["Brine Controls"] == "affected"


def test_an_offer_reaches_a_member_by_letter(world, lead, case):
    from levee.identity.models import Organisation

    other = lead_of(world, name="Brine Controls")
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=other.party).update(contact="psirt@brine.example")
    services.invite(lead, case, party=other.party, because="ships it")
    (letter,) = outbox(world.coordinator())
    assert letter.address == "psirt@brine.example"
    assert "/cases/\n" in letter.text


def test_the_clearinghouse_takes_part_as_an_observer(world, lead, case):
    coordinator = world.coordinator()
    services.invite(lead, case, party=world.house, because="it should know")
    (offered,) = selectors.offers(coordinator)
    services.answer_offer(coordinator, offered.participant, verb=ConsentVerb.ACCEPT)
    assert selectors.get(coordinator, case).capacity is Capacity.OBSERVER


@pytest.mark.parametrize("left", [False, True])
def test_only_members_that_can_answer_are_offered_a_part(world, lead, case, left):
    nobody = world.organisation(OrganisationKind.VENDOR, "A maintainer without an account")
    if left:
        nobody = lead_of(world, name="Gone", standing=Standing.LEFT).party
    else:
        world.actor(nobody, Role.MEMBER)
    with pytest.raises(NotFound):
        services.invite(lead, case, party=nobody, because="its code")


def test_those_without_an_account_are_written_to_by_the_clearinghouse_alone(world, lead, case):
    with pytest.raises(AgainstRules) as refused:
        services.invite_maintainer(lead, case, name="Somebody", address="s@example.org", because="its code")
    assert refused.value.code == "case.by_the_house"
    assert list(outbox(world.coordinator())) == []


def test_a_project_that_takes_so_many_a_week_is_asked_by_the_clearinghouse_alone(world, lead, case, other):
    from levee.cases.projects.policies import Terms

    services.set_policy(
        world.coordinator(), project="pkg:npm/minimist", terms=Terms(per_week=1), source="its SECURITY.md"
    )
    with pytest.raises(AgainstRules) as refused:
        services.invite(lead, case, party=other.party, because="ships it")
    assert refused.value.code == "case.pacing"
    services.invite(lead, case, party=world.house, because="lines it up")


def test_a_policy_against_embargoes_binds_a_case_of_ones_own_too(world, lead, finding):
    says(world, Terms(embargo=Counts.NONE))
    with pytest.raises(AgainstRules):
        open_own(world, lead, finding)


def test_what_is_published_goes_out_by_the_clearinghouse(world, lead, case):
    draft = Draft(title="t", summary="s", details="", package="npm:minimist", fixed="0.2.1", credits=())
    with pytest.raises(Forbidden):
        advisories.ask(lead, case, draft)
    with pytest.raises(Forbidden):
        advisories.publish(lead, case, draft, because="now")


@pytest.mark.parametrize("result", ["effect_shown", "not_reproduced"])
def test_nobody_is_asked_to_look_at_what_was_not_reproduced(world, lead, result):
    with pytest.raises(AgainstRules) as refused:
        open_own(world, lead, found_by(world, lead, result=result))
    assert refused.value.code == "case.not_confirmed"


def test_a_case_of_ones_own_is_about_ones_own_findings_of_one_target(world, lead, finding, other):
    with pytest.raises(NotFound):
        open_own(world, lead, found_by(world, other))
    with pytest.raises(BadInput):
        open_own(world, lead)
    with pytest.raises(BadInput):
        open_own(world, lead, finding, found_by(world, lead, key="own-2", target="npm:flat@5.0.0", contrast="5.0.1"))


def test_a_finding_is_in_one_case_at_a_time(world, lead, finding, case):
    with pytest.raises(Conflict):
        open_own(world, lead, finding)


def test_a_finding_of_a_case_that_one_takes_part_in_gets_no_second_case(world, lead, finding):
    services.open_case(world.coordinator(), cluster=cluster_of(world, finding), title="t", summary="", embargo_end=None)
    with pytest.raises(Conflict):
        open_own(world, lead, finding)


@pytest.mark.parametrize("standing", [Standing.LIMITED, Standing.LEFT])
def test_only_coordinators_of_members_that_joined_open_cases(world, lead, finding, standing):
    plain = world.actor(lead.party, Role.MEMBER)
    with pytest.raises(NotFound):
        open_own(world, plain, finding)
    outside = lead_of(world, name="Outside", standing=standing)
    with pytest.raises(NotFound):
        open_own(world, outside, finding)


def test_the_clearinghouse_opens_cases_for_clusters(world, finding):
    with pytest.raises(BadInput):
        open_own(world, world.coordinator(), finding)


def test_an_owner_reopens_what_is_over_and_its_vendors_come_along(world, lead, finding, case, other):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    world.clock.advance(timedelta(days=31))
    after = services.reopen(lead, case, because="the fix does not hold")
    assert selectors.get(other, after).capacity is Capacity.VENDOR
    assert findings.get(other, finding).title == "Overflow in the parser"


def test_two_cases_of_one_owner_become_one_and_vendors_of_either_see_both_reports(world, lead, finding, case, other):
    second = found_by(world, lead, key="own-2", title="The same, elsewhere")
    joined = open_own(world, lead, second, title="Another one")
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    services.merge(lead, joined, into=case, because="one bug")
    assert {each.id for each in findings.listed(other)} == {finding, second}


def test_a_vendor_lets_nobody_in_to_a_report(world, lead, finding, case, other):
    """Whoever runs a case about a finding lets vendors in to it; whoever only takes part does not."""
    from django.db import DatabaseError, transaction

    from levee.access.services import grant
    from levee.platform.database.acting import acting

    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    third = lead_of(world, name="Third")
    with pytest.raises(DatabaseError), acting(other) as act, transaction.atomic():
        grant(act, subject=finding, party=third.party, capacity=Capacity.VENDOR)


def test_nobody_puts_into_its_case_what_it_was_only_shown(world, lead, finding, other):
    """So that a vendor of the clearinghouse's case lets nobody in behind its back, by a case of its own."""
    from django.db import DatabaseError, transaction

    from levee.cases.models import Report
    from levee.platform.database.acting import acting

    coordinator = world.coordinator()
    theirs = services.open_case(
        coordinator, cluster=cluster_of(world, finding), title="t", summary="", embargo_end=None
    )
    services.invite(coordinator, theirs, party=other.party, because="ships it")
    assert findings.get(other, finding)
    own = open_own(world, other, found_by(world, other, key="own-2"))
    with pytest.raises(NotFound):
        open_own(world, other, finding)
    with pytest.raises(DatabaseError), acting(other) as act, transaction.atomic():
        Report.unscoped.bulk_create([Report(id=act.new_id(), case=own, finding=finding)])


def test_whoever_only_administers_the_clearinghouse_is_not_told_who_runs_cases(world, finding, case):
    assert selectors.own_cases(world.coordinator(), [finding])
    for role in (Role.ADMIN, Role.AUDITOR):
        assert list(selectors.own_cases(world.actor(world.house, role), [finding])) == []


def test_a_party_that_declines_sees_nothing(world, lead, case, other):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.DECLINE)
    with pytest.raises(NotFound):
        selectors.get(other, case)
    consents = {each.party: each.consent for each in selectors.participants(lead, case)}
    assert consents[other.party] is Consent.DECLINED
