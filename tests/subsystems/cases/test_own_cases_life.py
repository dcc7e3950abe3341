"""The whole life of a case that a member runs: what a case can do, it can do where its owner is no clearinghouse."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta

import pytest
from django.db import connection

from levee.access.models import Party
from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.ladder.climbing import Way
from levee.cases.ladder.rungs import ATTEMPTS
from levee.cases.projects.sharing import Label
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.threads import Audience
from levee.findings import selectors as findings
from levee.fixes import selectors as fixed
from levee.fixes import services as fixes
from levee.fixes.types import FixState, Level
from levee.identity import services as identity
from levee.identity.models import Organisation
from levee.kernel.errors import AgainstRules, Forbidden, NotFound
from levee.kernel.ids import public_id
from levee.ledger import selectors as ledger
from levee.ledger.services import sequence
from levee.ledger.signing import open_signer
from levee.ledger.types import LogName
from levee.notify.selectors import outbox
from levee.platform.database.roles import DbRole
from levee.policy.actors import Capacity, PrincipalKind, Role, Standing
from levee.validation import services as targets
from levee.validation.types import Change
from samples import tidepack_proofs
from support.coordination import cluster_of
from support.database import as_role
from support.own_cases import found_by, lead_of, open_own
from support.running import crash_proof, hand_in, patch, work

DAY = timedelta(days=1)
PSIRT = "psirt@brine.example"


@pytest.fixture
def lead(world):
    return lead_of(world)


@pytest.fixture
def second(world, lead):
    """Another coordinator of the same member."""
    return world.actor(lead.party, Role.MEMBER, Role.COORDINATOR, name="Second")


@pytest.fixture
def finding(world, lead):
    return found_by(world, lead)


@pytest.fixture
def case(world, lead, finding):
    return open_own(world, lead, finding)


@pytest.fixture
def other(world):
    found = lead_of(world, name="Brine Controls")
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=found.party).update(contact=PSIRT)
    return found


@pytest.fixture
def seat(lead, case, other):
    return let_in(lead, case, other)


@pytest.fixture
def as_(client):
    """The browser of somebody who is signed in."""

    def signed_in(actor):
        session = client.session
        session["levee.principal"] = str(actor.id)
        session.save()
        return client

    return signed_in


def let_in(lead, case, other):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    return seat


def letters(world, to=PSIRT):
    return [each for each in outbox(world.coordinator()) if each.address == to]


def all_done(world):
    """No job failed."""
    with as_role(world.owner_role), connection.cursor() as cursor:
        cursor.execute("select task_name from procrastinate_jobs where status = 'failed'")
        return cursor.fetchall() == []


def two_in_one(world, lead, case):
    """The case with a second finding, that of another one that was merged into it; returns the finding."""
    found = found_by(world, lead, key="own-2", title="The same, elsewhere")
    services.merge(lead, open_own(world, lead, found, title="Another one"), into=case, because="one bug")
    return found


def accepted(lead, case, by, event=Event.PUBLIC_AWARE, **more):
    claim = services.claim(by, case, event=event, evidence="a post")
    services.decide_claim(lead, case, claim, verb=ClaimVerb.ACCEPT, because="we saw it", **more)
    return claim


def test_a_vendor_proposes_another_end_and_the_owner_decides(world, lead, case, other, seat):
    end = world.clock.now() + 60 * DAY
    services.propose_embargo(other, case, end=end, because="a slow release")
    assert [each.what for each in selectors.waiting(lead)] == ["proposal"]
    (proposal,) = [each for each in selectors.proposals(lead, case) if each.end == end]
    services.decide_proposal(lead, case, proposal.id, verb=EmbargoVerb.ACCEPT, because="agreed")
    assert selectors.get(other, case).embargo_end == end
    services.shorten_embargo(lead, case, end=world.clock.now() + 10 * DAY, because="it is ready")
    assert selectors.get(other, case).embargo_end == world.clock.now() + 10 * DAY


def test_what_was_accepted_by_mistake_is_corrected_by_a_second_coordinator(world, lead, second, case, other, seat):
    claim = accepted(lead, case, other)
    services.doubt_claim(lead, case, claim, because="that is another flaw")
    assert "doubt" in [each.what for each in selectors.waiting(second)]
    with pytest.raises(Forbidden):
        services.settle_doubt(lead, case, claim, verb=ClaimVerb.CORRECT, because="indeed")
    after = services.settle_doubt(second, case, claim, verb=ClaimVerb.CORRECT, because="indeed")
    assert selectors.get(lead, after).embargo is Embargo.ACTIVE
    assert selectors.get(other, after).capacity is Capacity.VENDOR


@pytest.mark.parametrize("answers", [True, False])
def test_a_silent_vendor_is_reminded_by_letter_and_two_people_decide_in_the_end(
    world, lead, second, case, other, answers
):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    if answers:
        services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    assert len(letters(world)) == 1
    for channel in ATTEMPTS[1:]:
        world.clock.advance(3 * DAY)
        services.chase(lead, case, seat, channel=channel, because="no answer")
    assert len(letters(world)) == 2, "the reminder leaves as well"
    services.propose_outcome(lead, case, seat, way=Way.PUBLISH, because="weeks without a word")
    with pytest.raises(Forbidden):
        services.settle_outcome(lead, case, seat, agree=True, because="so be it")
    services.settle_outcome(second, case, seat, agree=True, because="I tried as well")


def test_its_letters_look_alike_to_whoever_sees_letters_leave(world, lead, case, other):
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.chase(lead, case, seat, channel=ATTEMPTS[1], because="no answer")
    assert len({each.text for each in letters(world)}) == 1


def test_whoever_is_offered_a_part_finds_it_where_the_letter_leads(world, lead, case, other, as_):
    services.invite(lead, case, party=other.party, because="ships it")
    (letter,) = letters(world)
    page = re.search(r"https?://[^/]+(/\S*)", letter.text)[1]
    assert "You are offered a part in 1 case" in as_(other).get(page).content.decode()


def test_mentions_and_clocks_are_told_by_runs_of_whom_they_concern(world, lead, case, other, seat):
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=lead.party).update(contact="psirt@halyard.example")
    for audience, more in ((Audience.PARTY, {}), (Audience.PRODUCT, {"product": "pump"})):
        subject = f"About {audience}"
        thread = services.open_thread(lead, case, audience=audience, subject=subject, participants=[seat], **more)
        services.send(lead, case, text="Look at this.", author="L", thread=thread)
        services.send(other, case, text="We do.", author="B", thread=thread)
    services.send(lead, case, text="Brine?", author="L", mentions=["brine-controls"])
    services.keep_policy(lead, case, policy="eu:cra", because="we are bound by it")
    work()
    assert len(letters(world)) == 2
    accepted(lead, case, lead, Event.ATTACKS_OBSERVED, keep_embargo=True)
    world.clock.advance(DAY)
    with as_role(DbRole.WORKER), connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set scheduled_at = now()")
    work()
    assert letters(world, "psirt@halyard.example")
    assert all_done(world)


def test_a_fix_is_checked_by_a_run_for_the_owner(world, registered, lead, other):
    agent = world.actor(lead.party, kind=PrincipalKind.AGENT, name="Scanner")
    finding = hand_in(agent, crash_proof(tidepack_proofs.crash("runs", "note", random.Random(2))), key="1")
    work()
    case = open_own(world, lead, finding)
    let_in(lead, case, other)
    fix = fixes.attach(other, case, change=Change(patch=patch("fix-runs-expand")), author="P. Anselm")
    work()
    found = fixed.get(lead, fix)
    assert (found.state, found.level) == (FixState.VERIFIED, Level.KEEPS_TESTS), found.detail
    assert all_done(world)


def test_a_release_that_is_open_to_others_alone_is_not_there(world, equipped, tidepack, lead, other):
    """Or a member would learn by a case of its own, seen by nobody else, what others let the clearinghouse keep."""
    coordinator = world.coordinator()
    targets.add_target(coordinator, "tidepack", tidepack["1.0.0"])
    targets.add_target(coordinator, "tidepack", tidepack["1.1.0"], open_to=[other.party])
    case = open_own(world, lead, found_by(world, lead, target="source:tidepack@1.0.0", contrast="1.1.0"))
    details = []
    for version in ("1.1.0", "7.7.7"):
        fix = fixes.attach(lead, case, change=Change(upgrade=version), author="H")
        work()
        details.append(fixed.get(lead, fix).detail.replace(version, "it"))
    assert details[0] == details[1]
    assert "no source target" in details[0]


def test_each_party_hands_it_over_finds_words_and_verifies_its_log(world, lead, case, other, seat, tmp_path):
    services.send(other, case, text="a needle", author="B")
    with as_role(DbRole.LEDGER):
        sequence(open_signer(tmp_path / "ledger", "https://levee.example/"))
    for party in (lead, other):
        told = json.loads(services.hand_over(party, case).data)
        assert told["document"]["tracking"]["id"] == public_id("CAS", case)
        assert len(selectors.search(party, case, "needle")) == 1
        assert list(selectors.changes(party))
        entry = ledger.entries(party, LogName("case", case))[0]
        assert ledger.proof(party, entry.id).log == f"case/{public_id('CAS', case)}"
    with pytest.raises(NotFound):
        ledger.entries(world.coordinator(), LogName("case", case))


def test_whoever_has_an_interest_of_its_own_decides_nothing(lead, second, case, other, seat):
    said = services.say_conflict(second, case, because="it holds shares", of=lead.id)
    with pytest.raises(AgainstRules):
        services.end_embargo(lead, case, reason=EndReason.PUBLIC, evidence="a post")
    services.settle_conflict(second, case, said, because="it has sold them")
    services.end_embargo(lead, case, reason=EndReason.PUBLIC, evidence="a post")


def test_somebody_of_the_owner_is_forgotten_and_its_words_stay(lead, second, case, other, seat):
    services.send(second, case, text="Look at this.", author="Second")
    accepted(second, case, other)
    identity.forget(lead, second.id)
    (message,) = selectors.messages(other, case)
    assert (message.text, "Second" in message.author) == ("Look at this.", False)
    assert selectors.claims(lead, case)


def test_a_split_takes_its_parties_along(world, lead, case, other, seat):
    found = two_in_one(world, lead, case)
    after = services.split(lead, case, findings=[found], title="Another flaw", because="it is one")
    assert selectors.get(other, after).capacity is Capacity.VENDOR
    assert selectors.get(lead, after).cluster is None
    assert findings.get(other, found)


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("house", [True, False])
@pytest.mark.parametrize("verb", [ConsentVerb.ACCEPT, ConsentVerb.DECLINE])
def test_a_part_is_offered_where_there_is_no_embargo(world, lead, finding, other, ended, house, verb):
    if ended:
        case = open_own(world, lead, finding)
        services.end_embargo(lead, case, reason=EndReason.PUBLIC, evidence="a post")
    else:
        case = services.open_own(lead, findings=[finding], title="t", summary="", embargo_end=None)
    asked = world.coordinator() if house else other
    seat = services.invite(lead, case, party=asked.party, because="ships it")
    services.answer_offer(asked, seat, verb=verb)
    if verb is ConsentVerb.ACCEPT:
        assert selectors.get(asked, case).capacity is (Capacity.OBSERVER if house else Capacity.VENDOR)
    if verb is ConsentVerb.ACCEPT and not house:
        services.answer(other, case, answer=Answer.AFFECTED, by="Brine", product="pump")
    assert selectors.history(lead, case)


def test_an_observer_comes_along_when_it_is_opened_again(world, lead, case, other, seat):
    coordinator = world.coordinator()
    services.propose_embargo(other, case, end=world.clock.now() + 60 * DAY, because="a slow release")
    services.answer_offer(
        coordinator,
        services.invite(lead, case, party=world.house, because="it should know"),
        verb=ConsentVerb.ACCEPT,
    )
    services.end_embargo(lead, case, reason=EndReason.PUBLIC, evidence="a post")
    after = services.reopen(lead, case, because="the fix does not hold")
    assert selectors.get(coordinator, after).capacity is Capacity.OBSERVER


def test_a_vendor_of_both_cases_about_a_flaw_leaves_one_and_stays_in_the_other(world, lead, finding, case, other, seat):
    coordinator = world.coordinator()
    theirs = services.open_case(
        coordinator, cluster=cluster_of(world, finding), title="t", summary="", embargo_end=None
    )
    services.invite(coordinator, theirs, party=other.party, because="ships it")
    services.consent(other, case, verb=ConsentVerb.REVISE)
    assert findings.get(other, finding)
    assert [each.id for each in selectors.listed(other)] == [theirs]


@pytest.mark.parametrize("standing", [Standing.LIMITED, Standing.LEFT])
def test_who_left_the_terms_goes_on_with_its_case_and_opens_none_out_of_it(
    world, lead, second, case, other, seat, standing
):
    from dataclasses import replace

    found, claim = two_in_one(world, lead, case), accepted(lead, case, other)
    services.doubt_claim(second, case, claim, because="that is another flaw")
    with as_role(world.owner_role):
        Party.unscoped.filter(id=lead.party).update(standing=standing)
    outside = replace(lead, standing=standing)
    for opens in (
        lambda: services.settle_doubt(outside, case, claim, verb=ClaimVerb.CORRECT, because="indeed"),
        lambda: services.split(outside, case, findings=[found], title="Another", because="it is one"),
        lambda: services.split_plan(outside, case),
        lambda: services.reopen(outside, case, because="the fix does not hold"),
        lambda: services.reopen_plan(outside, case),
    ):
        with pytest.raises(Forbidden) as refused:
            opens()
        assert refused.value.code == "case.not_joined"
    services.settle_doubt(outside, case, claim, verb=ClaimVerb.UPHOLD, because="it is public")
    services.send(outside, case, text="We left the terms.", author="L")


def test_publishing_says_what_a_member_can_do_instead(world, lead, case, other, seat):
    accepted(lead, case, lead, Event.ATTACKS_OBSERVED, keep_embargo=True)
    draft = Draft(title="t", summary="s", details="", package="npm:minimist", fixed="0.2.1", credits=())
    told = {"product": "p", "text": "Close it.", "label": Label.AMBER, "recipients": [other.party], "because": "x"}
    for goes_out in (
        lambda who: advisories.ask(who, case, draft),
        lambda who: advisories.publish(who, case, draft, because="now"),
        lambda who: advisories.warn(who, case, **told),
    ):
        with pytest.raises(Forbidden) as refused:
            goes_out(lead)
        assert refused.value.code == "advisory.by_the_house"
        assert "hand it to the clearinghouse" in refused.value.advice()
        with pytest.raises(Forbidden) as refused:
            goes_out(other)
        assert refused.value.code == "access.forbidden"


def test_what_waits_when_the_embargo_is_over_leads_to_no_page_that_refuses(world, lead, case, as_):
    world.clock.advance(31 * DAY)
    (task,) = selectors.waiting(lead)
    assert "hand the case to the clearinghouse" in task.says
    shown = as_(lead).get("/cases/waiting/").content.decode()
    assert f'href="/cases/{public_id("CAS", case)}/"' in shown
    assert "/publish/" not in shown


def test_its_pages_offer_only_what_its_owner_may(world, lead, finding, case, seat, as_):
    browser = as_(lead)
    for page in ("/cases/", f"/cases/{public_id('CAS', case)}/", f"/findings/{public_id('FND', finding)}/"):
        links = set(re.findall(r'href="(/[^"#]*)"', browser.get(page).content.decode()))
        for link in sorted(each for each in links if not each.startswith("/static/")):
            assert browser.get(link).status_code in {200, 302}, link
