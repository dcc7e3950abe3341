"""Webhooks for cases: a call says that a case changed, to those who see it, signed, and never what it holds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import ConsentVerb, EndReason
from levee.cases.rules.threads import Audience
from levee.cases.services.calling import LOOK_FOR_CHANGES, look_for_changes_once
from levee.cases.types import CallState
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from levee.kernel.ids import public_id
from levee.platform.database.roles import DbRole
from levee.platform.jobs.work import standing_run
from levee.policy.actors import PrincipalKind, Role
from support.coordination import another_case, vendor_of
from support.database import by_default
from support.receiver import genuine
from support.running import work

HOUR = timedelta(hours=1)


@pytest.fixture
def world(real_world):
    """Transactions really commit: of one that is open, nothing is told."""
    return real_world


@pytest.fixture
def vendor(world, opened):
    actor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=actor.party, name="Minimist", because="its code")
    return actor


def look(world):
    """What the worker does several times a minute, until there is nothing left to call."""
    with by_default(DbRole.WORKER), standing_run(LOOK_FOR_CHANGES, party=world.house) as run:
        while look_for_changes_once(run):
            work()


def say(opened, actor, text="what nobody else may read", **more):
    services.send(actor, opened.case, text=text, author="A", **more)


def bodies(receiver):
    return [json.loads(body) for _, body in receiver.calls]


def test_a_call_says_which_case_changed_and_how_and_nothing_of_what_it_holds(world, opened, vendor, receiver):
    secret = services.add_hook(vendor, receiver.url).secret
    say(opened, opened.finder)
    services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada")
    look(world)
    assert sorted(each["what"] for each in bodies(receiver)) == ["answer", "message"]
    public = selectors.get(vendor, opened.case).public_id
    for headers, body in receiver.calls:
        told = json.loads(body)
        assert told.keys() == {"type", "delivery", "case", "what", "cursor"}
        assert (told["type"], told["case"], told["delivery"]) == ("case.changed", public, headers["Levee-Delivery"])
        assert genuine(secret, headers, body, now=world.clock.now())
        assert not genuine(secret, headers, body.replace(b"case", b"cAse"), now=world.clock.now())
        assert not genuine(secret, headers, body, now=world.clock.now() + timedelta(minutes=6))
    assert {each["cursor"] for each in bodies(receiver)} <= {each.cursor for each in selectors.changes(vendor)}
    assert [each.state for each in selectors.calls(vendor)] == [CallState.SENT] * 2


def test_each_change_is_called_for_once_and_nothing_of_before_the_webhook(world, opened, vendor, receiver):
    say(opened, opened.finder)
    selectors.changes(vendor)
    services.add_hook(vendor, receiver.url)
    look(world)
    assert receiver.calls == []
    say(opened, opened.finder)
    look(world)
    look(world)
    assert len(receiver.calls) == 1


def test_nothing_is_called_for_that_the_organisation_does_not_see(world, opened, vendor, receiver):
    stranger = vendor_of(world)
    services.add_hook(stranger, receiver.url)
    services.add_hook(vendor, receiver.url)
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    say(opened, opened.finder, thread=thread)
    look(world)
    assert receiver.calls == []
    assert (selectors.calls(stranger), selectors.calls(vendor)) == ([], [])


def test_who_has_not_agreed_to_the_embargo_is_not_called_for_what_is_said(world, opened, vendor, receiver):
    world.clock.advance(HOUR)
    end = world.clock.now() + timedelta(days=60)
    services.propose_embargo(opened.coordinator, opened.case, end=end, because="more time")
    services.add_hook(vendor, receiver.url)
    selectors.changes(vendor)
    world.clock.advance(HOUR)
    look(world)
    receiver.calls.clear()
    say(opened, opened.coordinator)
    look(world)
    assert receiver.calls == []


def test_calls_end_when_the_organisation_leaves_even_those_that_wait(world, opened, vendor, receiver):
    services.add_hook(vendor, receiver.url)
    receiver.answer = 503
    say(opened, opened.finder)
    look(world)
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    receiver.answer, receiver.calls[:] = 204, []
    say(opened, opened.finder)
    world.clock.advance(HOUR)
    look(world)
    assert receiver.calls == []
    assert {each.state for each in selectors.calls(vendor)} == {CallState.DROPPED}


def test_a_call_that_fails_is_made_again_with_the_same_delivery(world, opened, vendor, receiver):
    services.add_hook(vendor, receiver.url)
    receiver.answer = 503
    say(opened, opened.finder)
    look(world)
    (hook,) = selectors.hooks(vendor)
    assert (hook.failed_at, hook.paused) == (world.clock.now(), False)
    (call,) = selectors.calls(vendor)
    assert (call.state, call.not_before - call.queued_at) == (CallState.WAITING, timedelta(seconds=10))
    receiver.answer = 204
    world.clock.advance(timedelta(seconds=10))
    look(world)
    (first, _), (second, _) = receiver.calls
    assert first["Levee-Delivery"] == second["Levee-Delivery"]
    assert first["Levee-Timestamp"] != second["Levee-Timestamp"]
    assert selectors.hooks(vendor)[0].failed_at is None


def test_a_receiver_that_never_answers_is_given_up_until_somebody_switches_it_on(world, opened, vendor, receiver):
    services.add_hook(vendor, receiver.url)
    receiver.answer = 500
    say(opened, opened.finder)
    look(world)
    while (call := selectors.calls(vendor)[0]).state is CallState.WAITING:
        world.clock.advance(call.not_before - world.clock.now())
        look(world)
    assert (len(receiver.calls), call.state) == (14, CallState.FAILED)
    assert selectors.hooks(vendor)[0].paused
    say(opened, opened.finder)
    look(world)
    assert len(receiver.calls) == 14
    receiver.answer = 204
    services.resume_hook(vendor, selectors.hooks(vendor)[0].id)
    say(opened, opened.finder)
    look(world)
    assert len(receiver.calls) == 15, "only what changed after it was switched on"


def test_another_secret_signs_from_then_on(world, opened, vendor, receiver):
    made = services.add_hook(vendor, receiver.url)
    renewed = services.renew_secret(vendor, made.id)
    assert renewed.secret != made.secret
    say(opened, opened.finder)
    look(world)
    ((headers, body),) = receiver.calls
    assert genuine(renewed.secret, headers, body, now=world.clock.now())
    assert not genuine(made.secret, headers, body, now=world.clock.now())


@pytest.fixture
def other(world, opened):
    """The case that `opened`, which the vendor takes part in, is merged into."""
    return another_case(world, opened, "Halyard")


def merge(opened, other):
    services.merge(opened.coordinator, opened.case, into=other.case, because="one bug, as the cross fix shows")


def called_for(world, receiver, *cases):
    """What was called since the last look, of each of these cases, as their public ids say; and of no other one."""
    receiver.calls.clear()
    look(world)
    found = {case: set() for case in cases}
    for told in bodies(receiver):
        found[next(case for case in cases if public_id("CAS", case) == told["case"])].add(told["what"])
    return found


def test_a_merge_is_called_for_where_one_takes_part_and_the_other_case_once_one_does(
    world, opened, vendor, other, receiver
):
    services.add_hook(vendor, receiver.url)
    merge(opened, other)
    assert called_for(world, receiver, opened.case) == {opened.case: {"corrected", "embargo"}}
    say(other, other.finder)
    assert called_for(world, receiver) == {}, "it has not agreed to the terms of the other"
    (offer,) = selectors.offers(vendor)
    services.answer_offer(vendor, offer.participant, verb=ConsentVerb.ACCEPT)
    told = called_for(world, receiver, other.case)
    assert "consent" in told[other.case]
    assert "message" not in told[other.case], "what was said before is read there, and not told anew"
    say(other, other.finder)
    assert called_for(world, receiver, other.case) == {other.case: {"message"}}


def test_who_takes_part_in_the_case_that_goes_on_alone_is_called_for_it_and_never_for_the_other(
    world, opened, other, receiver
):
    present = vendor_of(world)
    services.invite(opened.coordinator, other.case, party=present.party, name="Yargs", because="its code")
    services.add_hook(present, receiver.url)
    merge(opened, other)
    assert "finding" in called_for(world, receiver, other.case)[other.case]


def test_who_takes_part_in_both_is_called_for_both_and_from_then_on_for_the_one_that_goes_on(
    world, opened, vendor, other, receiver
):
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    services.add_hook(vendor, receiver.url)
    merge(opened, other)
    told = called_for(world, receiver, opened.case, other.case)
    assert "corrected" in told[opened.case]
    assert "finding" in told[other.case]
    say(other, other.finder)
    assert called_for(world, receiver, opened.case, other.case) == {opened.case: set(), other.case: {"message"}}


def test_calls_that_wait_when_a_case_is_merged_are_made_all_the_same(world, opened, vendor, other, receiver):
    services.add_hook(vendor, receiver.url)
    receiver.answer = 503
    say(opened, opened.finder)
    look(world)
    merge(opened, other)
    receiver.answer = 204
    world.clock.advance(timedelta(seconds=10))
    assert "message" in called_for(world, receiver, opened.case)[opened.case]
    assert {each.state for each in selectors.calls(vendor)} == {CallState.SENT}


def test_who_declines_the_case_that_goes_on_is_called_for_the_end_of_its_own_embargo_alone(
    world, opened, vendor, other, receiver
):
    services.add_hook(vendor, receiver.url)
    merge(opened, other)
    (offer,) = selectors.offers(vendor)
    services.answer_offer(vendor, offer.participant, verb=ConsentVerb.DECLINE)
    look(world)
    services.end_embargo(other.coordinator, other.case, reason=EndReason.PUBLIC, evidence="a post")
    say(other, other.finder)
    told = called_for(world, receiver, opened.case)
    assert "embargo" in told[opened.case]
    assert "message" not in told[opened.case]


def test_a_test_is_called_at_once_and_says_so(world, opened, vendor, receiver):
    made = services.add_hook(vendor, receiver.url)
    services.test_hook(vendor, made.id)
    look(world)
    ((headers, body),) = receiver.calls
    assert json.loads(body) == {"type": "test", "delivery": headers["Levee-Delivery"]}
    for _ in range(5):
        services.test_hook(vendor, made.id)
    with pytest.raises(TooMany):
        services.test_hook(vendor, made.id)


def test_a_removed_webhook_is_called_no_more(world, opened, vendor, receiver):
    made = services.add_hook(vendor, receiver.url)
    services.test_hook(vendor, made.id)
    services.remove_hook(vendor, made.id)
    say(opened, opened.finder)
    look(world)
    assert receiver.calls == []
    assert [each.state for each in selectors.calls(vendor)] == [CallState.DROPPED]
    for act in (services.remove_hook, services.resume_hook, services.renew_secret, services.test_hook):
        with pytest.raises(NotFound):
            act(vendor, made.id)


def test_a_redirect_is_not_followed_and_a_private_address_not_taken(world, opened, vendor, receiver):
    services.add_hook(vendor, receiver.url)
    receiver.answer, receiver.location = 307, receiver.url.replace("/hook", "/elsewhere")
    say(opened, opened.finder)
    look(world)
    assert len(receiver.calls) == 1
    for url in ("http://hooks.example/x", "https://10.1.2.3/hook", "https://169.254.169.254/latest"):
        with pytest.raises(BadInput) as refused:
            services.add_hook(vendor, url)
        assert refused.value.place == "url"


def test_webhooks_are_kept_by_people_of_the_organisation_and_seen_by_nobody_else(world, opened, vendor, receiver):
    made = services.add_hook(vendor, receiver.url)
    machine = world.actor(vendor.party, kind=PrincipalKind.AGENT)
    with pytest.raises(Forbidden):
        services.add_hook(machine, receiver.url)
    assert [each.id for each in selectors.hooks(machine)] == [made.id]
    stranger = world.actor(vendor_of(world).party, Role.MEMBER)
    assert selectors.hooks(stranger) == []
    with pytest.raises(NotFound):
        services.remove_hook(stranger, made.id)
    for _ in range(4):
        services.add_hook(vendor, receiver.url)
    with pytest.raises(Conflict):
        services.add_hook(vendor, receiver.url)
