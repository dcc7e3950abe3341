"""What is said to be public, exploited or attacked: asserted, until the owner of the case accepts it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from levee.cases import selectors, services
from levee.cases.rules.claims import Claim, ClaimVerb
from levee.cases.rules.embargo import Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.ledger.models import Pending
from support.coordination import open_for, vendor_of
from support.database import as_role

P, X, A = Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC, Event.ATTACKS_OBSERVED


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


def accept(opened, claim, **more):
    services.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="it can be seen there", **more
    )


def embargo(opened):
    return selectors.get(opened.coordinator, opened.case).embargo


@pytest.mark.parametrize("event", [P, X, A])
def test_a_claim_moves_nothing_before_the_owner_accepts_it(world, opened, vendor, event):
    services.claim(vendor, opened.case, event=event, evidence="https://example.org/post")
    (seen,) = selectors.claims(opened.finder, opened.case)
    assert (seen.by, seen.event, seen.state, seen.evidence) == (
        "Minimist",
        event,
        Claim.ASSERTED,
        "https://example.org/post",
    )
    assert embargo(opened) is Embargo.ACTIVE
    assert selectors.get(opened.finder, opened.case).world == ()


@pytest.mark.parametrize(
    ("event", "known", "reason"),
    [(P, (P,), EndReason.PUBLIC), (X, (P, X), EndReason.EXPLOIT_PUBLIC), (A, (A,), EndReason.ATTACKS)],
)
def test_what_the_owner_accepts_ends_the_embargo_at_once(world, opened, vendor, event, known, reason):
    claim = services.claim(vendor, opened.case, event=event, evidence="a post")
    world.clock.advance(timedelta(hours=1))
    accept(opened, claim)
    case = selectors.get(opened.coordinator, opened.case)
    assert (case.world, case.embargo, case.embargo_end_reason) == (known, Embargo.EXITED, reason)
    assert case.embargo_ended_at == world.clock.now()


def test_attacks_end_an_embargo_unless_its_owner_keeps_it_on_record(world, opened, vendor):
    claim = services.claim(vendor, opened.case, event=A, evidence="a log of ours")
    accept(opened, claim, keep_embargo=True)
    assert embargo(opened) is Embargo.ACTIVE
    assert selectors.get(vendor, opened.case).world == (A,)
    with as_role(world.owner_role):
        assert Pending.unscoped.filter(log_key=opened.case, fields__contains='"kept"').exists()
    accept(opened, services.claim(vendor, opened.case, event=P, evidence="a post"))
    assert embargo(opened) is Embargo.EXITED


@pytest.mark.parametrize("event", [P, X])
def test_no_embargo_is_kept_over_what_is_public(world, opened, vendor, event):
    claim = services.claim(vendor, opened.case, event=event, evidence="a post")
    with pytest.raises(BadInput) as refused:
        accept(opened, claim, keep_embargo=True)
    assert refused.value.place == "keep_embargo"
    (seen,) = selectors.claims(opened.coordinator, opened.case)
    assert seen.state is Claim.ASSERTED, "nothing of it happened"
    assert selectors.get(vendor, opened.case).world == ()


def test_a_claim_is_decided_once_and_a_fact_is_claimed_once(world, opened, vendor):
    first = services.claim(vendor, opened.case, event=P, evidence="a post")
    world.clock.advance(timedelta(hours=1))
    second = services.claim(opened.finder, opened.case, event=P, evidence="another post")
    services.decide_claim(opened.coordinator, opened.case, first, verb=ClaimVerb.REFUSE, because="of another flaw")
    with pytest.raises(Conflict, match="a claim that is refused"):
        accept(opened, first)
    accept(opened, second)
    with pytest.raises(Conflict, match="on record already"):
        services.claim(vendor, opened.case, event=P, evidence="a third post")
    world.clock.advance(timedelta(hours=1))
    later = services.claim(vendor, opened.case, event=X, evidence="a proof of concept")
    accept(opened, later)
    assert selectors.get(vendor, opened.case).world == (P, X)
    assert [each.state for each in selectors.claims(vendor, opened.case)] == [
        Claim.REFUSED,
        Claim.ACCEPTED,
        Claim.ACCEPTED,
    ]


@pytest.mark.parametrize("event", [Event.VENDOR_AWARE, Event.FIX_READY, Event.FIX_DEPLOYED])
def test_what_a_vendor_answers_for_is_no_claim_about_the_world(opened, event):
    with pytest.raises(Conflict, match="what a vendor answers for"):
        services.claim(opened.finder, opened.case, event=event, evidence="a post")


def test_a_claim_without_evidence_and_a_decision_without_a_reason_are_refused_by_their_field(opened, vendor):
    with pytest.raises(BadInput) as refused:
        services.claim(vendor, opened.case, event=P, evidence=" ")
    assert refused.value.place == "evidence"
    claim = services.claim(vendor, opened.case, event=P, evidence="a post")
    with pytest.raises(BadInput) as refused:
        services.decide_claim(opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="")
    assert refused.value.place == "because"


def test_only_parties_claim_and_only_the_owner_decides(world, opened, vendor):
    claim = services.claim(vendor, opened.case, event=P, evidence="a post")
    for stranger in (world.finder("Other"), vendor_of(world)):
        with pytest.raises(NotFound):
            services.claim(stranger, opened.case, event=P, evidence="a post")
        with pytest.raises(NotFound):
            selectors.claims(stranger, opened.case)
    for party in (vendor, opened.finder):
        with pytest.raises(Forbidden):
            services.decide_claim(party, opened.case, claim, verb=ClaimVerb.ACCEPT, because="so")
    with pytest.raises(NotFound):
        services.decide_claim(opened.coordinator, opened.case, uuid4(), verb=ClaimVerb.ACCEPT, because="so")
    assert embargo(opened) is Embargo.ACTIVE


def test_who_withdrew_from_the_embargo_claims_nothing_any_more(world, opened, vendor):
    from levee.cases.rules.embargo import ConsentVerb

    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    with pytest.raises(AgainstRules, match="rule 9"):
        services.claim(vendor, opened.case, event=P, evidence="a post")
    assert selectors.claims(opened.coordinator, opened.case) == []


def test_after_the_embargo_facts_are_still_put_on_record(world, opened, vendor):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="agreed by all")
    accept(opened, services.claim(opened.finder, opened.case, event=A, evidence="a log"))
    case = selectors.get(opened.coordinator, opened.case)
    assert (case.world, case.embargo_end_reason) == ((A,), EndReason.OWNER)


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        (EndReason.PUBLIC, (P,)),
        (EndReason.PUBLISHED, (P,)),
        (EndReason.EXPLOIT_PUBLIC, (P, X)),
        (EndReason.ATTACKS, (A,)),
        (EndReason.OWNER, ()),
        (EndReason.TIME, ()),
    ],
)
def test_an_owner_that_ends_the_embargo_puts_on_record_what_it_ends_it_over(opened, vendor, reason, known):
    services.end_embargo(opened.coordinator, opened.case, reason=reason, evidence="a post")
    assert selectors.get(vendor, opened.case).world == known
    facts = [each.because for each in selectors.history(vendor, opened.case) if each.verb in {P, X, A}]
    assert facts == ["a post"] * len(known)
    with pytest.raises(AgainstRules):
        services.end_embargo(opened.coordinator, opened.case, reason=EndReason.ATTACKS, evidence="again")
    assert selectors.get(vendor, opened.case).world == known


def test_an_embargo_kept_over_attacks_can_be_ended_over_them_later(opened, vendor):
    accept(opened, services.claim(vendor, opened.case, event=A, evidence="a log"), keep_embargo=True)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.ATTACKS, evidence="they spread")
    case = selectors.get(vendor, opened.case)
    assert (case.world, case.embargo) == ((A,), Embargo.EXITED)


def test_two_facts_that_are_accepted_at_once_are_both_kept(real_world):
    """Two coordinators decide in the same moment, each in a transaction and a thread of its own."""
    opened = open_for(real_world)
    claims = [services.claim(opened.finder, opened.case, event=event, evidence="a post") for event in (P, A)]
    together = threading.Barrier(2)

    def decide(claim):
        together.wait(timeout=30)
        try:
            accept(opened, claim)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, claims))
    assert selectors.get(opened.coordinator, opened.case).world == (P, A)
