"""How an advisory comes out: by two people, when the house is open; at once where it leaked or may not wait; by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from levee.advisories import selectors, services
from levee.advisories.types import Alone
from levee.cases import services as cases
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.selectors import waiting
from levee.cases.types import Waits
from levee.house import selectors as house_says
from levee.house import services as house
from levee.house.calendar import ClosedOn
from levee.house.types import YES, Name
from support.running import work
from support.stories import DRAFT

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
SATURDAY = FRIDAY + timedelta(days=1)
MONDAY = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # in Berlin


@pytest.fixture
def weekends_off(story):
    """The house publishes nothing on Saturdays and Sundays, where it sits."""
    for weekday in (5, 6):
        house.close(
            story.owner, ClosedOn.WEEKDAY, zone="Europe/Berlin", because="nobody patches", given={"weekday": weekday}
        )


def goes_by_until(story, instant):
    story.world.clock.advance(instant - story.world.clock.now())


def waits_for(who):
    return [each.what for each in waiting(who, beside=selectors.waiting(who))]


def asked(story, who, draft=DRAFT):
    services.ask(who, story.case, draft)
    return selectors.publications(who, story.case)[0]


def agreed(story, who, read, **more):
    return services.settle(who, story.case, agree=True, digest=read.digest, because="it says what is so", **more)


def test_a_second_person_finds_a_wrong_version_and_only_the_right_one_goes_out(story):
    colleague = story.colleague()
    wrong = asked(story, story.owner, replace(DRAFT, fixed="0.2.0"))
    services.settle(colleague, story.case, agree=False, digest="", because="0.2.0 has the flaw too")
    story.refused("access.not_found", agreed, story, colleague, wrong)
    right = asked(story, story.owner)
    agreed(story, colleague, right)
    work()
    assert story.state().world == (Event.PUBLIC_AWARE,)
    assert selectors.of_case(story.owner, story.case).published_at


def test_somebody_changes_the_text_after_it_was_read_and_the_agreement_does_not_fit_it(story):
    colleague = story.colleague()
    read = asked(story, story.owner)
    asked(story, story.owner, replace(DRAFT, summary="Something else."))
    story.refused("advisory.changed", agreed, story, colleague, read)
    assert story.state().embargo is Embargo.ACTIVE


def test_it_leaks_at_night_and_one_person_publishes_at_once_and_answers_for_it_in_the_morning(story):
    colleague = story.colleague()
    story.refused("advisory.second_person", services.publish, story.owner, story.case, DRAFT, because="I hurry")
    story.owner_accepts(story.says_it_happened(story.finder, Event.PUBLIC_AWARE, "a public list"))
    assert story.state().embargo is Embargo.EXITED
    services.publish(story.owner, story.case, DRAFT, because="it is three at night, and it is on a list")
    work()
    (shown,) = selectors.publications(colleague, story.case)
    assert (shown.alone, shown.to_review) == (Alone.URGENT, True)
    story.refused("advisory.second_person", services.review, story.owner, story.case, stands=True, because="I know")
    services.review(colleague, story.case, stands=True, because="the list had it whole")
    (shown,) = selectors.publications(story.owner, story.case)
    assert (shown.stands, shown.to_review) == (True, False)


def test_a_house_with_one_coordinator_works_and_says_that_it_was_one(story):
    house.choose(story.owner, Name.PUBLISH_ALONE, value=YES, because="there is one of us")
    services.publish(story.owner, story.case, DRAFT, because="there is one of us")
    work()
    (shown,) = selectors.publications(story.owner, story.case)
    assert (shown.alone, shown.settlement) == (Alone.ALLOWED, "there is one of us")


def test_an_embargo_ends_on_a_saturday_and_the_advisory_waits_until_monday(story, weekends_off):
    vendor, colleague = story.vendor("Minimist"), story.colleague()
    found = house_says.look_at(vendor, SATURDAY)
    assert (found.closed.because, found.opens) == ("nobody patches", MONDAY), "everyone sees what an end falls on"
    cases.shorten_embargo(story.owner, story.case, end=SATURDAY, because="a talk that day")
    goes_by_until(story, FRIDAY)
    read = asked(story, story.owner)
    goes_by_until(story, SATURDAY)
    assert story.state(vendor).embargo is Embargo.EXITED, "no embargo is longer for a weekend"
    story.refused("house.closed", agreed, story, colleague, read)
    assert Waits.AGREEMENT in waits_for(colleague), "it waits, as it was asked for"
    assert selectors.of_case(story.owner, story.case) is None
    goes_by_until(story, MONDAY)
    agreed(story, colleague, read)
    work()
    (shown,) = selectors.publications(story.owner, story.case)
    assert (shown.stands, shown.urgent) == (None, "")
    assert story.state().world == (Event.PUBLIC_AWARE,)
    assert Waits.AGREEMENT not in waits_for(colleague)


def test_hospitals_are_attacked_on_a_saturday_and_it_goes_out_with_its_reason(story, weekends_off):
    colleague = story.colleague()
    goes_by_until(story, SATURDAY)
    story.owner_accepts(story.says_it_happened(story.finder, Event.ATTACKS_OBSERVED, "logs of two hospitals"))
    read = asked(story, story.owner)
    story.refused("house.closed", agreed, story, colleague, read)
    agreed(story, colleague, read, urgent="two hospitals are under attack")
    work()
    (shown,) = selectors.publications(story.owner, story.case)
    assert shown.urgent == "two hospitals are under attack"
    assert Event.PUBLIC_AWARE in story.state().world
    assert selectors.of_case(story.owner, story.case).published_at == SATURDAY
