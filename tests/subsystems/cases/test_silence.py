"""A vendor that does not answer is followed step by step, in sight, until two people decide what is done about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.ladder.climbing import Way
from levee.cases.ladder.rungs import ATTEMPTS, Approach, policy
from levee.cases.models import Reminder
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.facts import Event
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.notify.selectors import outbox
from levee.platform.database.roles import DbRole
from support.coordination import vendor_of
from support.database import as_role, by_default
from support.running import service, work

DAY = timedelta(days=1)


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


@pytest.fixture
def second(world):
    return world.coordinator()


def seat_of(opened):
    seats = selectors.participants(opened.coordinator, opened.case)
    return next(each.id for each in seats if each.capacity == "vendor")


def silence(opened):
    (found,) = selectors.silences(opened.coordinator, opened.case)
    return found


def chase(opened, channel, because="no answer"):
    services.chase(opened.coordinator, opened.case, seat_of(opened), channel=channel, because=because)


def climb(world, opened):
    for channel in ATTEMPTS[1:]:
        world.clock.advance(7 * DAY)
        chase(opened, channel)


def propose(opened, way=Way.PUBLISH):
    return services.propose_outcome(
        opened.coordinator, opened.case, seat_of(opened), way=way, because="five weeks without a word"
    )


def settle(actor, opened, *, agree=True):
    services.settle_outcome(actor, opened.case, seat_of(opened), agree=agree, because="I tried as well")


def told(opened):
    return [each.says for each in selectors.history(opened.finder, opened.case) if each.moves == "SIL"]


def test_silence_is_in_sight_from_the_first_letter_on_with_what_is_due_next(world, opened, vendor):
    found = silence(opened)
    assert [each.channel for each in found.attempts] == [Approach.LETTER]
    assert (found.next, found.due) == (Approach.REMINDER, found.since + 7 * DAY)
    assert not found.late
    world.clock.advance(7 * DAY)
    assert silence(opened).late
    assert selectors.silences(opened.finder, opened.case) == ()
    assert selectors.silences(vendor, opened.case) == ()


def test_each_step_is_dated_and_every_party_reads_it_in_the_history(world, opened, vendor):
    climb(world, opened)
    found = silence(opened)
    assert [each.channel for each in found.attempts] == list(ATTEMPTS)
    assert (found.next, found.due) == (Approach.DECISION, world.clock.now() + 17 * DAY)
    assert told(opened) == [f"Clearinghouse tries to reach Minimist: {each.words}" for each in ATTEMPTS[1:]]


def test_a_step_may_be_passed_over_and_the_next_wait_begins_with_what_was_tried(world, opened, vendor):
    world.clock.advance(DAY)
    chase(opened, Approach.REGISTRY_CONTACT)
    assert (silence(opened).next, silence(opened).due) == (Approach.PUBLIC_REQUEST, world.clock.now() + 7 * DAY)
    chase(opened, Approach.REMINDER)
    assert silence(opened).next is Approach.PUBLIC_REQUEST


def test_the_owner_is_reminded_of_each_step_once(world, opened, vendor):
    work()
    assert not Reminder.unscoped.filter(clock__startswith="silence").exists()
    world.clock.advance(7 * DAY)
    for _ in range(2):
        with by_default(DbRole.WORKER):
            services.watch_clocks(service(world, subject=opened.case), opened.case)
    with as_role(world.owner_role):
        rows = list(Reminder.unscoped.filter(clock__startswith="silence"))
    assert [(row.organisation, row.due) for row in rows] == [(world.house, silence(opened).due)]


def test_a_reminder_is_a_letter_and_to_who_came_by_a_link_a_new_link(world, opened):
    services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="ada@maintainers.example", because="its code"
    )
    world.clock.advance(7 * DAY)
    chase(opened, Approach.REMINDER)
    letters = [each for each in outbox(opened.coordinator) if each.address == "ada@maintainers.example"]
    assert len({each.text for each in letters}) == 2


def test_an_answer_ends_it(world, opened, vendor):
    world.clock.advance(8 * DAY)
    chase(opened, Approach.REMINDER)
    seat = seat_of(opened)
    services.answer(vendor, opened.case, answer=Answer.LOOKING, by="Ada")
    assert selectors.silences(opened.coordinator, opened.case) == []
    for act in (
        lambda: services.chase(opened.coordinator, opened.case, seat, channel=Approach.REMINDER, because="b"),
        lambda: services.propose_outcome(opened.coordinator, opened.case, seat, way=Way.HOLD, because="b"),
    ):
        with pytest.raises(AgainstRules, match="has answered"):
            act()


def test_nothing_is_decided_before_everything_was_tried(world, opened, vendor):
    chase(opened, Approach.REMINDER)
    with pytest.raises(AgainstRules, match="second contact, registry contact, public request"):
        propose(opened)


def test_once_attacks_are_seen_it_is_decided_at_once(world, opened, vendor, second):
    claim = services.claim(opened.finder, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="we saw it")
    propose(opened, Way.MITIGATION)
    settle(second, opened)
    assert silence(opened).decided is Way.MITIGATION


@pytest.mark.parametrize("way", [Way.PUBLISH, Way.MITIGATION, Way.STEWARD])
def test_two_people_decide_and_the_ladder_ends_with_a_dated_reason_in_the_history(world, opened, vendor, second, way):
    climb(world, opened)
    propose(opened, way)
    assert silence(opened).decided is None
    settle(second, opened)
    found = silence(opened)
    assert (found.decided, found.decided_at, found.next) == (way, world.clock.now(), None)
    step = selectors.history(opened.finder, opened.case)[-1]
    assert step.says == f"Clearinghouse decides by two people, since Minimist does not answer: {way.says}"
    assert step.because == "five weeks without a word; I tried as well"
    with pytest.raises(AgainstRules, match="it is decided"):
        chase(opened, Approach.REMINDER)


def test_who_proposes_does_not_decide_and_may_take_it_back(world, opened, vendor, second):
    climb(world, opened)
    propose(opened)
    with pytest.raises(Forbidden) as refused:
        settle(opened.coordinator, opened)
    assert refused.value.code == "case.second_person"
    with pytest.raises(Conflict):
        propose(opened, Way.HOLD)
    settle(opened.coordinator, opened, agree=False)
    assert (silence(opened).decided, silence(opened).proposed) == (None, None)
    with pytest.raises(NotFound):
        settle(second, opened)


def test_held_it_comes_up_again_after_thirty_days(world, opened, vendor, second):
    climb(world, opened)
    propose(opened, Way.HOLD)
    settle(second, opened)
    found = silence(opened)
    assert (found.decided, found.next) == (Way.HOLD, Approach.DECISION)
    assert found.due == world.clock.now() + policy().hold
    propose(opened, Way.PUBLISH)
    settle(second, opened)
    assert silence(opened).decided is Way.PUBLISH


def test_a_proposal_falls_when_the_vendor_answers_meanwhile(world, opened, vendor, second):
    climb(world, opened)
    propose(opened)
    services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada")
    with pytest.raises(AgainstRules):
        settle(second, opened)
    assert not [each for each in told(opened) if "decides" in each]


def test_nobody_but_the_owners_coordinators_chases_or_decides(world, opened, vendor):
    climb(world, opened)
    seat = seat_of(opened)
    for other in (opened.finder, vendor):
        for act in (
            lambda other: services.chase(other, opened.case, seat, channel=Approach.REMINDER, because="b"),
            lambda other: services.propose_outcome(other, opened.case, seat, way=Way.HOLD, because="b"),
            lambda other: services.settle_outcome(other, opened.case, seat, agree=False, because="b"),
        ):
            with pytest.raises(Forbidden):
                act(other)
    assert len(silence(opened).attempts) == len(ATTEMPTS)


def test_words_are_needed_and_the_first_letter_and_the_decision_are_no_attempts(opened, vendor):
    with pytest.raises(BadInput):
        chase(opened, Approach.REMINDER, " ")
    for channel in (Approach.LETTER, Approach.DECISION):
        with pytest.raises(BadInput):
            chase(opened, channel)
    with pytest.raises(NotFound):
        services.chase(opened.coordinator, opened.case, opened.case, channel=Approach.REMINDER, because="b")
