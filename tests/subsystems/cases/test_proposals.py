"""The end of an embargo is agreed: proposed, answered by each party, decided by the owner, in force meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from levee.cases import selectors, services
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.ledger.models import Pending
from support.coordination import cluster_of, vendor_of
from support.database import as_role
from support.running import hand_in

DAY = timedelta(days=1)


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    world.clock.advance(timedelta(hours=1))
    return vendor


def propose(world, opened, party, days, **more):
    world.clock.advance(timedelta(minutes=1))
    return services.propose_embargo(
        party, opened.case, end=world.clock.now() + days * DAY, because="a release is near", **more
    )


def decide(world, opened, proposal, verb=EmbargoVerb.ACCEPT):
    world.clock.advance(timedelta(minutes=1))
    services.decide_proposal(opened.coordinator, opened.case, proposal, verb=verb, because="so it was agreed")


def case(opened):
    return selectors.get(opened.coordinator, opened.case)


def consents(opened):
    return {each.party: each.consent for each in selectors.participants(opened.coordinator, opened.case)}


def test_a_proposal_asks_everyone_anew_once_and_the_old_embargo_holds_meanwhile(world, opened, vendor):
    before = case(opened).embargo_end
    propose(world, opened, vendor, 60)
    assert (case(opened).embargo, case(opened).embargo_end) == (Embargo.REVISE, before)
    assert consents(opened)[opened.finder.party] is Consent.LAPSED
    assert consents(opened)[vendor.party] is Consent.SIGNATORY, "who proposes agrees"
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    propose(world, opened, opened.finder, 40)
    assert set(consents(opened).values()) == {Consent.SIGNATORY}, "a counter-proposal lapses nobody again"


def test_what_the_owner_agrees_to_is_in_force_and_what_it_declines_changes_nothing(world, opened, vendor):
    before = case(opened).embargo_end
    decide(world, opened, propose(world, opened, vendor, 60), EmbargoVerb.REJECT)
    assert (case(opened).embargo, case(opened).embargo_end) == (Embargo.ACTIVE, before)
    assert set(consents(opened).values()) == {Consent.SIGNATORY}, "bound by the old terms again"
    later = propose(world, opened, vendor, 60)
    end = world.clock.now() + 60 * DAY
    decide(world, opened, later)
    assert (case(opened).embargo, case(opened).embargo_end) == (Embargo.ACTIVE, end)
    assert consents(opened)[opened.finder.party] is Consent.LAPSED, "it has not agreed yet"
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert consents(opened)[opened.finder.party] is Consent.SIGNATORY


@pytest.mark.parametrize("order", list(permutations((10, 20, 50))))
def test_of_several_proposals_the_shortest_is_agreed_and_the_longer_ones_revise_it(world, opened, vendor, order):
    made = {days: propose(world, opened, vendor, days) for days in order}
    for days in (20, 50):
        with pytest.raises(AgainstRules, match="rule 11"):
            decide(world, opened, made[days])
    ends = {each.id: each.end for each in selectors.proposals(vendor, opened.case)}
    decide(world, opened, made[10])
    assert (case(opened).embargo, case(opened).embargo_end) == (Embargo.REVISE, ends[made[10]])
    open_now = {each.id for each in selectors.proposals(vendor, opened.case) if each.state == "open"}
    assert open_now == {made[20], made[50]}


def test_no_answer_in_time_is_read_as_no(world, opened, vendor):
    propose(world, opened, vendor, 60, answer_by=world.clock.now() + 2 * DAY)
    world.clock.advance(2 * DAY - timedelta(minutes=2))
    assert case(opened).embargo is Embargo.REVISE
    world.clock.advance(timedelta(minutes=1))
    assert case(opened).embargo is Embargo.ACTIVE
    assert set(consents(opened).values()) == {Consent.SIGNATORY}
    told = [each.by for each in selectors.history(vendor, opened.case)]
    assert "time" in told


def test_who_has_not_agreed_is_told_nothing_new_until_it_does(world, opened, vendor):
    services.send(vendor, opened.case, text="before", author="Minimist")
    propose(world, opened, vendor, 60)
    services.send(vendor, opened.case, text="after", author="Minimist")
    services.claim(vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log of ours")
    assert [each.text for each in selectors.messages(opened.finder, opened.case)] == ["before"]
    assert selectors.claims(opened.finder, opened.case) == []
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert [each.text for each in selectors.messages(opened.finder, opened.case)] == ["before", "after"]
    assert len(selectors.claims(opened.finder, opened.case)) == 1


def test_who_declines_what_is_only_proposed_stays_bound_and_is_out_once_it_is_agreed(world, opened, vendor):
    first = propose(world, opened, opened.finder, 60)
    services.consent(vendor, opened.case, verb=ConsentVerb.DECLINE)
    decide(world, opened, first, EmbargoVerb.REJECT)
    assert consents(opened)[vendor.party] is Consent.SIGNATORY
    second = propose(world, opened, opened.finder, 60)
    services.consent(vendor, opened.case, verb=ConsentVerb.DECLINE)
    decide(world, opened, second)
    with pytest.raises(NotFound):
        selectors.get(vendor, opened.case)
    with pytest.raises(AgainstRules, match="rule 9"):
        propose(world, opened, vendor, 10)
    assert case(opened).embargo is Embargo.ACTIVE


@pytest.mark.parametrize("days", [-1, 0, 91, 3650])
def test_an_end_that_is_past_or_far_away_is_refused_by_rule_10_and_logged_for_who_asked(world, opened, vendor, days):
    before = selectors.history(vendor, opened.case)
    with pytest.raises(AgainstRules, match="rule 10") as refused:
        propose(world, opened, vendor, days)
    assert refused.value.code == "case.rule_10"
    assert selectors.history(vendor, opened.case) == before
    with as_role(world.owner_role):
        logged = Pending.unscoped.filter(log_kind="organisation", log_key=vendor.party)
        assert logged.filter(fields__contains="case.rule_10").exists()
        assert not Pending.unscoped.filter(log_key=opened.case, fields__contains="case.rule_10").exists()


def test_an_end_without_a_zone_or_a_reason_is_refused_by_its_field(opened):
    with pytest.raises(BadInput) as refused:
        services.propose_embargo(
            opened.finder,
            opened.case,
            end=datetime(2026, 12, 1),  # noqa: DTZ001 - that is refused
            because="x",
        )
    assert refused.value.place == "end"


def test_nothing_is_proposed_or_agreed_once_it_is_out(world, opened, vendor):
    waiting = propose(world, opened, vendor, 20)
    claim = services.claim(vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )
    with pytest.raises(AgainstRules, match="rule 3"):
        decide(world, opened, waiting)
    with pytest.raises(AgainstRules, match="rule 3"):
        propose(world, opened, vendor, 25)
    claim = services.claim(vendor, opened.case, event=Event.PUBLIC_AWARE, evidence="a post")
    services.decide_claim(opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen")
    assert (case(opened).embargo, case(opened).embargo_end_reason) == (Embargo.EXITED, EndReason.PUBLIC)
    assert all(each.state != "open" for each in selectors.proposals(vendor, opened.case))


def test_a_case_without_an_embargo_can_come_under_one(world):
    coordinator = world.coordinator()
    finding = hand_in(world.finder("Harrow"), None, key="k-1", target="npm:minimist@0.0.8", contrast="0.2.1", title="t")
    free = services.open_case(coordinator, cluster=cluster_of(world, finding), title="t", summary="", embargo_end=None)
    assert (selectors.get(coordinator, free).embargo, selectors.get(coordinator, free).embargo_end) == ("none", None)
    end = world.clock.now() + 9 * DAY
    proposal = services.propose_embargo(coordinator, free, end=end, because="they ask for it")
    assert selectors.get(coordinator, free).embargo is Embargo.PROPOSED
    services.decide_proposal(coordinator, free, proposal, verb=EmbargoVerb.ACCEPT, because="agreed")
    seen = selectors.get(coordinator, free)
    assert (seen.embargo, seen.embargo_end) == (Embargo.ACTIVE, end)


def test_only_the_owner_decides(world, opened, vendor):
    proposal = propose(world, opened, vendor, 20)
    for party in (vendor, opened.finder):
        with pytest.raises(Forbidden):
            services.decide_proposal(party, opened.case, proposal, verb=EmbargoVerb.ACCEPT, because="so")


def test_a_history_is_read_on_from_any_step_and_what_was_told_never_changes(world, opened, vendor):
    told = selectors.history(opened.finder, opened.case)
    propose(world, opened, vendor, 60, answer_by=world.clock.now() + DAY)
    world.clock.advance(2 * DAY)
    propose(world, opened, vendor, 10)
    whole = selectors.history(opened.finder, opened.case)
    assert whole[: len(told)] == told
    assert selectors.history(opened.finder, opened.case, since=len(told)) == whole[len(told) :]
    assert [each.number for each in whole] == list(range(1, len(whole) + 1))
    assert [each.at for each in whole] == sorted(each.at for each in whole)


def test_the_case_page_shows_proposals_and_who_agreed_and_leads_to_the_decision(world, opened, vendor, client):
    propose(world, opened, vendor, 60)

    def page(party, path=""):
        session = client.session
        session["levee.principal"] = str(party.id)
        session.save()
        found = client.get(f"/cases/{case(opened).public_id}/{path}")
        assert found.status_code == 200
        return found.content.decode()

    owner = page(opened.coordinator)
    assert "a release is near" in owner
    assert "asked anew" in owner
    assert " proposes an embargo until " in owner, "its history is on the page"
    waiting = next(each for each in selectors.proposals(vendor, opened.case) if each.state == "open")
    assert f"proposals/{waiting.public_id}/" in owner
    assert "Decline: what was agreed before stays so" in page(opened.coordinator, f"proposals/{waiting.public_id}/")
    assert "shown nothing that is newer" in page(opened.finder)
    assert "Accept the embargo" in page(opened.finder, "consent/")
    assert "Answer by" in page(vendor, "proposals/new/")
