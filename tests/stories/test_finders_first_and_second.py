"""Finders: the second one, the impatient one, the one that leaves, the one whose terms keep the report here."""

from __future__ import annotations

import json

import pytest

from levee.advisories import selectors as advisories
from levee.cases import selectors, services
from levee.cases.rules.embargo import Consent, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.findings import selectors as findings
from levee.kernel.errors import Conflict, NotFound
from levee.platform.database.roles import DbRole
from support.coordination import found_again
from support.database import as_role


def test_second_finder_is_a_reason_for_an_earlier_end_and_both_keep_their_credit(story):
    vendor, second = story.vendor("Minimist"), story.second_finder("Halyard")
    services.shorten_embargo(story.owner, story.case, end=story.ahead(7), because="two found it within a week")
    for party in (story.finder, second, vendor):
        assert story.state(party).embargo_end == story.ahead(7)
    assert {each.name for each in selectors.participants(vendor, story.case) if each.capacity == "finder"} == {
        "Harrow",
        "Halyard",
    }


def test_second_finder_with_a_shorter_policy_of_its_own_gets_the_shorter_end(story):
    second = story.second_finder("Halyard")
    story.owner_says(EmbargoVerb.ACCEPT, story.proposes(second, days=7))
    assert story.state(story.finder).embargo_end == story.ahead(7)


def test_second_finder_learns_nothing_before_its_own_report_is_taken_in(world, story):
    second = world.finder("Halyard")
    found_again(world, story.opened, second)
    with pytest.raises(NotFound):
        story.state(second)
    assert selectors.count(second) == 0


def test_finders_see_their_own_reports_and_not_each_others(story):
    second = story.second_finder("Halyard")
    with pytest.raises(NotFound):
        findings.get(second, story.opened.finding)


def test_impatient_finder_publishes_by_its_own_policy_and_the_house_takes_note(story):
    vendor = story.vendor("Minimist")
    services.keep_policy(story.finder, story.case, policy="finder:90-days", because="our published policy")
    story.leaves(story.finder)
    story.refused("case.rule_9", story.writes, story.finder, "We publish today.")
    story.owner_accepts(story.says_it_happened(vendor, Event.PUBLIC_AWARE, "the finder's own post"))
    assert (story.state(vendor).embargo, story.state(vendor).world) == (Embargo.EXITED, (Event.PUBLIC_AWARE,))


def test_finder_that_leaves_keeps_its_own_report_and_its_seat_is_on_record(story):
    story.leaves(story.finder)
    assert findings.get(story.finder, story.opened.finding)
    assert story.seat(story.finder).consent is Consent.LAPSED
    with pytest.raises(NotFound):
        story.state(story.finder)


def test_the_same_report_from_the_same_finder_twice_is_one_seat_and_two_reports(world, story):
    services.take_in(story.owner, story.case, again := found_again(world, story.opened, story.finder))
    assert set(selectors.findings(story.finder, story.case)) == {story.opened.finding, again}
    assert [each.name for each in selectors.participants(story.owner, story.case)].count("Harrow") == 1


def test_a_repeated_message_of_the_same_thing_is_refused_and_moves_nothing(story):
    vendor = story.vendor("Minimist")
    story.owner_accepts(story.says_it_happened(vendor, Event.PUBLIC_AWARE))
    story.refused("case.cs", story.says_it_happened, story.finder, Event.PUBLIC_AWARE)
    with pytest.raises(Conflict):
        story.ends(EndReason.PUBLIC)


def test_what_is_published_names_the_finders_and_nothing_that_was_only_said(story):
    vendor = story.vendor("Minimist")
    story.writes(vendor, "Our customers at the harbour are hit.")
    story.publishes()
    with as_role(DbRole.PUBLIC):
        (published,) = advisories.published()
    assert "Harrow" in json.dumps(json.loads(published.csaf))
    assert "harbour" not in published.osv + published.csaf
