"""Who has something of its own to gain in a case decides nothing in it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.ladder.climbing import Way
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.kernel.ids import public_id
from support.coordination import vendor_of

DRAFT = Draft(title="t", summary="s", details="", package="npm:minimist", fixed="0.2.1")


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


@pytest.fixture
def colleague(world, opened):
    return world.coordinator()


@pytest.fixture
def named(world, opened, vendor, colleague):
    """The coordinator says of itself that it holds shares in the vendor."""
    return services.say_conflict(
        opened.coordinator, opened.case, because="I hold shares in it", of=opened.coordinator.id
    )


def decisions(world, opened, vendor):
    """Everything that the owner of a case decides, ready to be decided."""
    case, end = opened.case, world.clock.now() + timedelta(days=9)
    proposal = services.propose_embargo(opened.finder, case, end=end, because="b")
    claim = services.claim(opened.finder, case, event=Event.ATTACKS_OBSERVED, evidence="e")
    seat = next(each.id for each in selectors.participants(opened.finder, case) if each.name == "Minimist")
    return {
        "a proposal": lambda by: services.decide_proposal(by, case, proposal, verb=EmbargoVerb.REJECT, because="b"),
        "an earlier end": lambda by: services.shorten_embargo(by, case, end=end, because="b"),
        "the end": lambda by: services.end_embargo(by, case, reason=EndReason.OWNER, evidence="e"),
        "a claim": lambda by: services.decide_claim(by, case, claim, verb=ClaimVerb.REFUSE, because="b"),
        "awareness": lambda by: services.note_awareness(by, case, seat, evidence="e"),
        "who comes in": lambda by: services.invite(by, case, party=uuid4(), name="n", because="b"),
        "a maintainer": lambda by: services.invite_maintainer(by, case, name="n", address="n@e.org", because="b"),
        "silence": lambda by: services.propose_outcome(by, case, seat, way=Way.HOLD, because="b"),
        "publication": lambda by: advisories.ask(by, case, DRAFT),
    }


def test_who_is_named_decides_nothing_and_nothing_changes(world, opened, vendor, named):
    waiting = decisions(world, opened, vendor)
    before = (
        selectors.get(vendor, opened.case),
        selectors.history(opened.coordinator, opened.case),
        selectors.claims(opened.coordinator, opened.case),
        selectors.participants(opened.coordinator, opened.case),
    )
    for what, doing in waiting.items():
        with pytest.raises(AgainstRules) as refused:
            doing(opened.coordinator)
        assert refused.value.code == "case.conflict_of_interest", what
    assert before == (
        selectors.get(vendor, opened.case),
        selectors.history(opened.coordinator, opened.case),
        selectors.claims(opened.coordinator, opened.case),
        selectors.participants(opened.coordinator, opened.case),
    )


def test_a_colleague_decides_meanwhile_and_the_one_named_reads_and_writes_on(world, opened, vendor, colleague, named):
    services.send(opened.coordinator, opened.case, text="I step back.", author="Desk")
    claim = services.claim(vendor, opened.case, event=Event.PUBLIC_AWARE, evidence="a post")
    services.decide_claim(colleague, opened.case, claim, verb=ClaimVerb.ACCEPT, because="it is")
    assert Event.PUBLIC_AWARE in selectors.get(vendor, opened.case).world


def test_another_coordinator_settles_it_and_nobody_its_own(world, opened, vendor, colleague, named):
    with pytest.raises(AgainstRules):
        services.settle_conflict(opened.coordinator, opened.case, named, because="it is nothing")
    services.settle_conflict(colleague, opened.case, named, because="the shares are sold")
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="e")
    (seen,) = selectors.conflicts(vendor, opened.case)
    assert (seen.settled_at, seen.settlement) == (world.clock.now(), "the shares are sold")
    with pytest.raises(NotFound):
        services.settle_conflict(colleague, opened.case, named, because="again")


def test_in_the_case_that_corrects_this_one_it_stands_on(world, opened, vendor, colleague, named):
    claim = services.claim(vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(colleague, opened.case, claim, verb=ClaimVerb.ACCEPT, because="it is")
    services.doubt_claim(colleague, opened.case, claim, because="of another flaw")
    successor = services.settle_doubt(
        world.coordinator(), opened.case, claim, verb=ClaimVerb.CORRECT, because="so it is"
    )
    with pytest.raises(AgainstRules) as refused:
        services.end_embargo(opened.coordinator, successor, reason=EndReason.OWNER, evidence="e")
    assert refused.value.code == "case.conflict_of_interest"


def test_every_party_reads_that_it_stands_and_the_owners_people_alone_whom_it_names(opened, vendor, colleague, named):
    (seen,), (known,) = selectors.conflicts(vendor, opened.case), selectors.conflicts(colleague, opened.case)
    assert (seen.because, seen.whom) == ("I hold shares in it", "")
    assert known.whom == "Coordinator"


def test_a_party_says_it_in_words_and_the_owner_answers(world, opened, vendor, colleague):
    said = services.say_conflict(vendor, opened.case, because="the finder's house competes with us")
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="e")
    services.settle_conflict(colleague, opened.case, said, because="the finder decides nothing here")
    (seen,) = selectors.conflicts(opened.finder, opened.case)
    assert (seen.by, seen.of) == ("Minimist", None)


def test_who_said_it_takes_it_back_and_no_other_party(opened, vendor, named):
    said = services.say_conflict(vendor, opened.case, because="we fear so")
    with pytest.raises(Forbidden):
        services.settle_conflict(opened.finder, opened.case, said, because="no")
    with pytest.raises(Forbidden):
        services.settle_conflict(vendor, opened.case, named, because="we trust it")
    services.settle_conflict(vendor, opened.case, said, because="we were wrong")
    stands = {each.id: each.settled_at is None for each in selectors.conflicts(vendor, opened.case)}
    assert stands == {named: True, said: False}


def test_a_house_does_not_name_its_last_coordinator(opened, vendor):
    with pytest.raises(Conflict, match="nobody would be left"):
        services.say_conflict(opened.coordinator, opened.case, because="b", of=opened.coordinator.id)


def test_whom_it_can_name(world, opened, vendor, colleague, named):
    with pytest.raises(Conflict, match="already"):
        services.say_conflict(colleague, opened.case, because="b", of=opened.coordinator.id)
    for stranger in (vendor.id, uuid4()):
        with pytest.raises(NotFound):
            services.say_conflict(colleague, opened.case, because="b", of=stranger)
    with pytest.raises(BadInput) as refused:
        services.say_conflict(vendor, opened.case, because="b", of=opened.coordinator.id)
    assert refused.value.place == "of"
    for empty in (
        lambda: services.say_conflict(vendor, opened.case, because=" "),
        lambda: services.settle_conflict(colleague, opened.case, named, because=" "),
    ):
        with pytest.raises(BadInput):
            empty()


def test_nobody_outside_and_nobody_who_left_says_anything(world, opened, vendor, named):
    with pytest.raises(NotFound):
        services.say_conflict(vendor_of(world), opened.case, because="b")
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    with pytest.raises(AgainstRules, match="rule 9"):
        services.say_conflict(vendor, opened.case, because="b")


def test_the_owner_names_one_of_its_people_on_the_page_and_others_are_offered_nobody(
    world, opened, vendor, colleague, client
):
    page = f"/cases/{public_id('CAS', opened.case)}/conflicts/new/"

    def as_(actor):
        session = client.session
        session["levee.principal"] = str(actor.id)
        session.save()
        return client

    assert b"Coordinator" in as_(colleague).get(page).content
    assert b"Coordinator" not in as_(vendor).get(page).content
    answer = as_(colleague).post(page, {"of": public_id("PER", opened.coordinator.id), "because": "a brother there"})
    assert answer.status_code == 302
    shown = as_(colleague).get(f"/cases/{public_id('CAS', opened.case)}/").content.decode()
    assert "a brother there" in shown
    assert "a person of the owner" in as_(vendor).get(f"/cases/{public_id('CAS', opened.case)}/").content.decode()
