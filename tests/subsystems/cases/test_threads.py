"""Who reads a thread is decided when it is opened, shown before anybody writes, and told by grants alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from levee.access.services import end
from levee.cases import selectors, services
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb
from levee.cases.rules.threads import Audience
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.ledger.models import Pending
from levee.platform.database.acting import acting
from levee.policy.actors import OrganisationKind
from support.coordination import come_in
from support.database import as_role

MINUTE = timedelta(minutes=1)


def vendor(world, opened, name):
    actor = world.actor(world.organisation(OrganisationKind.VENDOR, name), name=name)
    world.clock.advance(MINUTE)
    services.invite(opened.coordinator, opened.case, party=actor.party, name=name, because="its code")
    world.clock.advance(MINUTE)
    return actor


def seat(opened, actor):
    seats = selectors.participants(opened.coordinator, opened.case)
    return next(each.id for each in seats if each.party == actor.party)


def open_for_product(opened, *vendors, product="Widget", subject="How deep does it go?"):
    return services.open_thread(
        opened.coordinator,
        opened.case,
        audience=Audience.PRODUCT,
        subject=subject,
        product=product,
        participants=[seat(opened, each) for each in vendors],
    )


def with_owner(opened, actor, subject="Between us"):
    return services.open_thread(actor, opened.case, audience=Audience.PARTY, subject=subject)


def subjects(opened, actor):
    return [each.subject for each in selectors.threads(actor, opened.case)]


def said(opened, actor, thread):
    return [each.text for each in selectors.messages(actor, opened.case, thread=thread)]


@pytest.fixture
def acme(world, opened):
    return vendor(world, opened, "Acme")


@pytest.fixture
def bolt(world, opened):
    return vendor(world, opened, "Bolt")


def test_a_case_begins_with_a_thread_of_all_parties_and_one_of_its_owner(opened, acme):
    assert subjects(opened, opened.coordinator) == ["All parties", "The owner alone"]
    assert subjects(opened, acme) == subjects(opened, opened.finder) == ["All parties"]
    everyone, alone = selectors.threads(opened.coordinator, opened.case)
    assert everyone.readers == ("Clearinghouse", "Harrow", "Acme")
    assert alone.readers == ("Clearinghouse",)


def test_a_thread_of_a_product_is_read_by_its_vendors_and_the_owner_and_by_nobody_else(opened, acme, bolt):
    thread = open_for_product(opened, acme)
    for reader in (opened.coordinator, acme):
        found = selectors.thread(reader, opened.case, thread)
        assert (found.readers, found.product) == (("Clearinghouse", "Acme"), "Widget")
    services.send(acme, opened.case, text="three versions", author="Acme", thread=thread)
    assert said(opened, opened.coordinator, thread) == ["three versions"]
    for other in (bolt, opened.finder):
        assert said(opened, other, thread) == []
        assert selectors.messages(other, opened.case) == []
        for ask in (
            lambda who: selectors.thread(who, opened.case, thread),
            lambda who: services.send(who, opened.case, text="me too", author="x", thread=thread),
        ):
            with pytest.raises(NotFound) as hidden:
                ask(other)
            with pytest.raises(NotFound) as absent:
                selectors.thread(other, opened.case, uuid4())
            assert str(hidden.value) == str(absent.value)


def test_a_vendor_and_a_finder_speak_with_the_owner_alone(opened, acme, bolt):
    for actor, name in ((acme, "Acme"), (opened.finder, "Harrow")):
        thread = with_owner(opened, actor)
        found = selectors.thread(opened.coordinator, opened.case, thread)
        assert set(found.readers) == {"Clearinghouse", name}
        services.send(opened.coordinator, opened.case, text="we listen", author="Desk", thread=thread)
        assert said(opened, actor, thread) == ["we listen"]
    assert subjects(opened, bolt) == ["All parties"]


def test_only_the_owner_opens_threads_with_others(opened, acme, bolt):
    with pytest.raises(Forbidden):
        services.open_thread(acme, opened.case, audience=Audience.PARTY, subject="s", participants=[seat(opened, bolt)])
    with pytest.raises(Forbidden):
        services.open_thread(
            acme, opened.case, audience=Audience.PRODUCT, subject="s", product="p", participants=[seat(opened, acme)]
        )
    assert subjects(opened, bolt) == subjects(opened, acme) == ["All parties"]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "two\nlines"}, "subject"),
        ({"subject": "s" * 201}, "subject"),
        ({"audience": Audience.EVERYONE}, "audience"),
        ({"audience": Audience.INTERNAL}, "audience"),
        ({"product": "Widget"}, "product"),
        ({"audience": Audience.PRODUCT}, "product"),
        ({"participants": []}, "participants"),
        ({"participants": [uuid4()]}, "participants"),
    ],
)
def test_a_thread_that_cannot_be_is_refused_with_its_field_and_nothing_is_opened(opened, acme, given, place):
    asked = {"audience": Audience.PARTY, "subject": "s", "participants": [seat(opened, acme)]}
    with pytest.raises(BadInput) as refused:
        services.open_thread(opened.coordinator, opened.case, **asked | given)
    assert refused.value.place == place
    assert len(selectors.threads(opened.coordinator, opened.case)) == 2


def test_a_thread_for_one_party_is_for_one_and_the_owner_is_in_it_anyway(opened, acme, bolt):
    both = [seat(opened, acme), seat(opened, bolt)]
    for chosen in (both, [seat(opened, opened.coordinator)]):
        with pytest.raises(BadInput):
            services.open_thread(
                opened.coordinator, opened.case, audience=Audience.PARTY, subject="s", participants=chosen
            )


def test_who_is_let_in_later_reads_the_thread_of_all_parties_and_no_other(world, opened, acme):
    thread = open_for_product(opened, acme)
    services.send(acme, opened.case, text="ours alone", author="Acme", thread=thread)
    services.send(acme, opened.case, text="to all", author="Acme")
    later = vendor(world, opened, "Later")
    assert [each.text for each in selectors.messages(later, opened.case)] == ["to all"]
    assert subjects(opened, later) == ["All parties"]


def test_who_has_not_agreed_yet_is_named_as_held_back_and_cannot_be_chosen(world, opened):
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="pad@example.org", because="it bundles the code"
    )
    everyone, _ = selectors.threads(opened.coordinator, opened.case)
    assert (everyone.readers, everyone.held_back) == (("Clearinghouse", "Harrow"), ("Left-pad",))
    asked = next(each for each in selectors.participants(opened.coordinator, opened.case) if each.name == "Left-pad")
    with pytest.raises(BadInput) as refused:
        services.open_thread(
            opened.coordinator, opened.case, audience=Audience.PARTY, subject="s", participants=[asked.id]
        )
    assert refused.value.place == "participants"
    come_in(world, opened.coordinator, locator)
    everyone, _ = selectors.threads(opened.coordinator, opened.case)
    assert (everyone.readers, everyone.held_back) == (("Clearinghouse", "Harrow", "Left-pad"), ())


def test_who_is_asked_anew_is_held_back_and_sees_neither_new_threads_nor_new_messages(world, opened, acme, bolt):
    before = open_for_product(opened, acme, bolt)
    world.clock.advance(MINUTE)
    services.propose_embargo(acme, opened.case, end=world.clock.now() + timedelta(days=60), because="a release")
    world.clock.advance(MINUTE)
    after = open_for_product(opened, acme, bolt, subject="It is worse than we thought")
    services.send(acme, opened.case, text="after", author="Acme", thread=before)
    found = selectors.thread(acme, opened.case, before)
    assert (found.readers, found.held_back) == (("Clearinghouse", "Acme"), ("Bolt",))
    assert subjects(opened, bolt) == ["All parties", "How deep does it go?"]
    assert said(opened, bolt, before) == []
    assert selectors.thread(bolt, opened.case, before).messages == 0
    with pytest.raises(NotFound):
        selectors.thread(bolt, opened.case, after)
    services.consent(bolt, opened.case, verb=ConsentVerb.ACCEPT)
    assert said(opened, bolt, before) == ["after"]
    assert selectors.thread(bolt, opened.case, after).held_back == ()


def test_who_leaves_is_in_no_thread_any_more_and_coming_back_brings_none(world, opened, acme, bolt):
    thread = open_for_product(opened, acme, bolt)
    services.consent(bolt, opened.case, verb=ConsentVerb.REVISE)
    assert selectors.thread(acme, opened.case, thread).readers == ("Clearinghouse", "Acme")
    with pytest.raises(AgainstRules, match="rule 9"):
        services.send(bolt, opened.case, text="still here?", author="Bolt", thread=thread)
    with pytest.raises(AgainstRules, match="rule 9"):
        with_owner(opened, bolt)


def test_who_declines_terms_that_come_into_force_is_in_no_thread_any_more(world, opened, acme, bolt):
    thread = open_for_product(opened, acme, bolt)
    proposal = services.propose_embargo(
        acme, opened.case, end=world.clock.now() + timedelta(days=60), because="a release"
    )
    services.consent(bolt, opened.case, verb=ConsentVerb.DECLINE)
    services.decide_proposal(opened.coordinator, opened.case, proposal, verb=EmbargoVerb.ACCEPT, because="agreed")
    for each in selectors.threads(opened.coordinator, opened.case):
        assert "Bolt" not in each.readers
    assert selectors.thread(acme, opened.case, thread).readers == ("Clearinghouse", "Acme")


def test_the_readers_that_are_shown_are_those_who_were_let_in(opened, acme, bolt):
    thread = open_for_product(opened, acme, bolt)
    with acting(opened.coordinator) as act:
        end(act, subject=thread, party=bolt.party)
    assert selectors.thread(acme, opened.case, thread).readers == ("Clearinghouse", "Acme")
    with pytest.raises(NotFound):
        selectors.thread(bolt, opened.case, thread)


def test_a_thread_of_another_case_takes_no_message(world, opened, acme):
    from support.coordination import open_for

    other = open_for(world, title="Another flaw")
    foreign = services.open_thread(other.finder, other.case, audience=Audience.PARTY, subject="s")
    with pytest.raises(NotFound):
        services.send(opened.coordinator, opened.case, text="t", author="Desk", thread=foreign)


def test_messages_are_numbered_within_their_thread_and_asked_for_from_a_number_on(opened, acme):
    thread = open_for_product(opened, acme)
    for text in ("one", "two", "three"):
        services.send(acme, opened.case, text=text, author="Acme", thread=thread)
    services.send(acme, opened.case, text="elsewhere", author="Acme")
    found = selectors.messages(opened.coordinator, opened.case, thread=thread)
    assert [(each.number, each.text) for each in found] == [(1, "one"), (2, "two"), (3, "three")]
    newer = selectors.messages(opened.coordinator, opened.case, thread=thread, since=2)
    assert [each.text for each in newer] == ["three"]


def test_the_case_log_tells_of_no_thread_that_not_all_parties_are_in(world, opened, acme):
    with as_role(world.owner_role):
        before = Pending.unscoped.filter(log_key=opened.case).count()
    thread = open_for_product(opened, acme)
    services.send(acme, opened.case, text="t", author="Acme", thread=thread)
    with as_role(world.owner_role):
        assert Pending.unscoped.filter(log_key=opened.case).count() == before


def test_what_was_hidden_in_the_findings_is_hidden_in_subjects(world, opened, acme):
    from levee.findings import services as findings

    thread = open_for_product(opened, acme, subject="Prototype pollution again", product="Prototype pollution kit")
    findings.redact(opened.coordinator, opened.finding, passages=["Prototype pollution"], reason="a name")
    found = selectors.thread(acme, opened.case, thread)
    assert "pollution" not in found.subject + found.product
    with pytest.raises(BadInput):
        open_for_product(opened, acme, subject="More Prototype pollution")
