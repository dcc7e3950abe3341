"""Who is on call: told of what comes in at night, and handing over in the morning what is open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.facts import Event
from levee.cases.types import Changed, Waits
from levee.house import selectors as house
from levee.house import services as duty
from levee.identity.models import Organisation
from levee.notify.selectors import outbox
from support.coordination import another_case
from support.database import as_role
from support.incoming import ADA, letter, post, post_office, reply_address, taken_in

NIGHT = timedelta(hours=12)
HOUSE, AT_NIGHT, BY_DAY = "house@example.org", "night@example.org", "day@example.org"


@pytest.fixture
def port(equipped):
    with post_office() as port:
        yield port


@pytest.fixture
def day(world, story):
    """Who takes over in the morning; the coordinator has the night."""
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=world.house).update(contact=HOUSE)
    colleague, now = story.colleague(), world.clock.now()
    duty.plan_shift(story.owner, story.owner.id, start=now, end=now + NIGHT, address=AT_NIGHT)
    duty.plan_shift(story.owner, colleague.id, start=now + NIGHT, end=now + 2 * NIGHT, address=BY_DAY)
    return colleague


def told_by_letter(story):
    """Where the house's letters went, oldest first."""
    return [each.address for each in reversed(outbox(story.owner)) if each.address in {HOUSE, AT_NIGHT, BY_DAY}]


def hands_over(story, note):
    duty.hand_over_duty(story.owner, note=note, cursor=selectors.last_change(story.owner))


def waits_for(who):
    return [each.what for each in selectors.waiting(who)]


def changed_since(who, left):
    return [each.what for each in selectors.changes_since(who, left.cursor)]


def test_a_letter_comes_in_at_night_and_the_next_one_finds_what_is_open(world, story, day, port):
    services.invite_maintainer(story.owner, story.case, name="Left-pad", address=ADA, because="its code")
    assert house.on_call(day).name == "Coordinator"
    post(port, reply_address(world), letter("Which versions? Call me on Monday."))
    taken_in(world)
    assert told_by_letter(story) == [AT_NIGHT]
    story.says_it_happened(story.finder, Event.ATTACKS_OBSERVED, "a log")
    assert Waits.CLAIM in waits_for(story.owner)
    world.clock.advance(NIGHT)
    hands_over(story, "Left-pad asks for the versions. The claim of attacks waits for a second look at the log.")
    assert told_by_letter(story) == [AT_NIGHT, BY_DAY], "the letter says that there is something, to who comes next"
    assert house.on_call(day).name == "Colleague"
    (left,) = house.hand_overs(day)
    assert (left.by, left.note.split(".")[0]) == ("Coordinator", "Left-pad asks for the versions")
    assert Waits.CLAIM in waits_for(day), "what was not done waits for the next one"
    assert changed_since(day, left) == [], "and nothing is new to it that the last one knew"
    post(port, reply_address(world), letter("It is 1.0 and up, I think."))
    taken_in(world)
    assert told_by_letter(story) == [AT_NIGHT, BY_DAY, BY_DAY]
    assert changed_since(day, left) == [Changed.MAIL]


def test_a_merge_at_night_is_offered_and_the_next_one_reads_who_has_not_agreed(world, story, day):
    other = another_case(world, story.opened, "Halyard")
    hands_over(story, "Two cases look like one; I merge them once the fixes are compared.")
    services.merge(story.owner, other.case, into=story.case, because="the fix of one stops the proof of the other")
    assert waits_for(other.finder) == [Waits.OFFER]
    world.clock.advance(NIGHT)
    (left,) = house.hand_overs(day)
    changed = changed_since(day, left)
    assert Changed.CORRECTED in changed
    assert Changed.PARTY in changed
    assert [each.name for each in selectors.participants(day, story.case) if each.consent == "invited"] == ["Halyard"]
