"""Each person's place in a thread is kept; mentions reach those who read it; what one sees can be searched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.rules.threads import Audience
from levee.findings import services as findings
from levee.kernel.errors import BadInput, NotFound
from levee.notify.models import Letter
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from levee.policy.actors import OrganisationKind
from support.coordination import vendor_of
from support.database import as_role

MINUTE = timedelta(minutes=1)


@pytest.fixture
def vendor(world, opened):
    actor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=actor.party, name="Minimist", because="its code")
    world.clock.advance(MINUTE)
    return actor


def everyone(opened, actor):
    return selectors.threads(actor, opened.case)[0]


def say(opened, actor, *texts, **more):
    for text in texts:
        services.send(actor, opened.case, text=text, author="A", **more)


def new(opened, actor):
    return everyone(opened, actor).unread, selectors.get(actor, opened.case).unread


def test_what_was_not_read_yet_is_counted_for_each_person_by_itself(world, opened, vendor):
    say(opened, opened.finder, "one", "two", "three")
    colleague = world.actor(vendor.party, name="Colleague")
    thread = everyone(opened, vendor)
    assert (thread.read, thread.unread) == (0, 3)
    assert services.mark_read(vendor, opened.case, thread.id, number=2) == 2
    assert new(opened, vendor) == (1, 1)
    assert new(opened, colleague) == (3, 3)
    assert [each.unread for each in selectors.listed(vendor)] == [1]


def test_as_much_is_counted_of_a_thread_as_each_reads_in_it(world, opened, vendor):
    say(opened, opened.finder, "one", "two")
    end = world.clock.now() + timedelta(days=20)
    services.propose_embargo(vendor, opened.case, end=end, because="a release is near")
    world.clock.advance(MINUTE)
    say(opened, vendor, "three", "four")
    counted = {actor.party: everyone(opened, actor).messages for actor in (opened.coordinator, opened.finder, vendor)}
    assert counted == {opened.coordinator.party: 4, opened.finder.party: 2, vendor.party: 4}
    for actor in (opened.coordinator, opened.finder, vendor):
        thread = everyone(opened, actor)
        found = selectors.messages(actor, opened.case, thread=thread.id)
        assert (thread.messages, thread.last_at) == (len(found), found[-1].at)


def test_who_writes_has_read_what_stands_before(opened, vendor):
    say(opened, opened.finder, "one", "two")
    say(opened, vendor, "three")
    assert new(opened, vendor) == (0, 0)
    say(opened, opened.finder, "four")
    assert new(opened, vendor) == (1, 1)
    assert new(opened, opened.finder) == (0, 0)


def test_a_place_is_never_beyond_what_was_said_and_can_be_taken_back(opened, vendor):
    say(opened, opened.finder, "one", "two")
    thread = everyone(opened, vendor).id
    assert services.mark_read(vendor, opened.case, thread, number=10**9) == 2
    say(opened, opened.finder, "three")
    assert new(opened, vendor) == (1, 1)
    assert services.mark_read(vendor, opened.case, thread, number=0) == 0
    assert new(opened, vendor) == (3, 3)
    with pytest.raises(BadInput) as refused:
        services.mark_read(vendor, opened.case, thread, number=-1)
    assert refused.value.place == "number"


def test_nobody_keeps_a_place_in_a_thread_that_it_is_not_in(opened, vendor):
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    with pytest.raises(NotFound):
        services.mark_read(vendor, opened.case, thread, number=1)


def test_who_is_told_nothing_new_counts_and_finds_nothing_new(world, opened, vendor):
    say(opened, vendor, "before")
    services.mark_read(opened.finder, opened.case, everyone(opened, opened.finder).id, number=1)
    world.clock.advance(MINUTE)
    services.propose_embargo(vendor, opened.case, end=world.clock.now() + timedelta(days=60), because="a release")
    world.clock.advance(MINUTE)
    say(opened, vendor, "after")
    assert new(opened, opened.finder) == (0, 0)
    assert [each.unread for each in selectors.listed(opened.finder)] == [0]
    assert services.mark_read(opened.finder, opened.case, everyone(opened, opened.finder).id, number=9) == 1
    assert selectors.search(opened.finder, opened.case, "after") == []
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert new(opened, opened.finder) == (1, 1)
    assert len(selectors.search(opened.finder, opened.case, "after")) == 1


def deliver(world):
    """Let workers do what is due."""
    with as_role(DbRole.WORKER):
        run_pending(due_only=True)


def letters(world):
    with as_role(world.owner_role):
        return list(Letter.unscoped.values_list("address", "locator"))


def with_address(world, actor, address):
    from levee.identity.models import Organisation

    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=actor.party).update(contact=address)


def test_a_mention_reaches_the_party_by_a_letter_that_says_nothing_of_it(world, opened, vendor):
    with_address(world, vendor, "desk@minimist.example")
    say(opened, opened.finder, "do you ship it?", mentions=["@Minimist"])
    deliver(world)
    ((address, locator),) = letters(world)
    assert (address, locator.partition("://")[2].partition("/")[2]) == ("desk@minimist.example", "cases/")
    assert selectors.messages(vendor, opened.case)[0].mentions == ("minimist",)


def test_a_mention_of_oneself_brings_no_letter(world, opened, vendor):
    with_address(world, vendor, "desk@minimist.example")
    say(opened, vendor, "note to self", mentions=["minimist"])
    deliver(world)
    assert letters(world) == []


def test_a_mention_of_somebody_who_does_not_read_the_thread_is_refused_whoever_it_is(world, opened, vendor):
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    for handle in ("minimist", "nobody"):
        with pytest.raises(BadInput, match=f"nobody who reads this thread is called @{handle}") as refused:
            say(opened, opened.finder, "see above", thread=thread, mentions=[handle])
        assert refused.value.place == "mentions"
        assert "@harrow" in refused.value.advice()
        assert "@minimist" not in refused.value.advice()
    assert selectors.messages(opened.finder, opened.case) == []


def test_namesakes_are_told_apart(world, opened, vendor):
    other = world.actor(world.organisation(OrganisationKind.VENDOR, "Minimist"))
    services.invite(opened.coordinator, opened.case, party=other.party, name="Minimist", because="a fork")
    with_address(world, other, "fork@example.org")
    with_address(world, vendor, "desk@minimist.example")
    say(opened, opened.finder, "the fork too?", mentions=["minimist-2"])
    deliver(world)
    assert [address for address, _ in letters(world)] == ["fork@example.org"]


def found(opened, actor, words):
    return [each.text for each in selectors.search(actor, opened.case, words)]


def test_a_search_finds_each_word_in_any_case_and_only_in_what_one_sees(world, opened, vendor):
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    say(opened, opened.finder, "A second Proof, ready", thread=thread)
    world.clock.advance(MINUTE)
    say(opened, opened.finder, "the proof needs no network", "100% of it")
    assert found(opened, opened.coordinator, "PROOF") == ["the proof needs no network", "A second Proof, ready"]
    assert found(opened, vendor, "proof") == ["the proof needs no network"]
    assert found(opened, opened.coordinator, "ready proof") == ["A second Proof, ready"]
    assert found(opened, vendor, "%") == ["100% of it"]
    assert found(opened, vendor, "_") == found(opened, vendor, " ") == found(opened, vendor, "\0") == []


def test_what_was_hidden_afterwards_is_not_found(opened, vendor):
    say(opened, opened.finder, "Prototype pollution, as said")
    assert len(found(opened, vendor, "pollution")) == 1
    findings.redact(opened.coordinator, opened.finding, passages=["Prototype pollution"], reason="a name")
    assert found(opened, vendor, "pollution") == []
    assert len(found(opened, vendor, "said")) == 1
    assert len(found(opened, opened.finder, "pollution")) == 1, "its own words"
