"""How an advisory comes out: by two people, at once where it leaked, and by one where nobody else is there."""

from __future__ import annotations

from dataclasses import replace

from levee.advisories import selectors, services
from levee.advisories.types import Alone
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.house import services as house
from levee.house.types import YES, Name
from support.running import work
from support.stories import DRAFT


def asked(story, who, draft=DRAFT):
    services.ask(who, story.case, draft)
    return selectors.publications(who, story.case)[0]


def agreed(story, who, read):
    return services.settle(who, story.case, agree=True, digest=read.digest, because="it says what is so")


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
