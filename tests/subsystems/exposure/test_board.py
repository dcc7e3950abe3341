"""The board's figures follow from what happened, week by week."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from levee.exposure import selectors, services
from levee.exposure.selectors import figures
from levee.inventory import services as inventory
from levee.policy.actors import OrganisationKind, Role

WEEK = timedelta(days=7)
OFFICE = b"""asset,name,version,ecosystem,exposed,owner,owner name
web-1,lodash,4.17.11,npm,yes,us,
web-2,lodash,4.17.11,npm,no,us,
portal,lodash,4.17.11,npm,no,vendor,Merrow Core
web-1,ini,1.3.5,npm,yes,us,
"""
MENDED = OFFICE.replace(b"ini,1.3.5", b"ini,1.3.8")
MILD = {"kev": False, "automatable": False, "technical_impact": "total"}
HARSH = {"kev": True, "automatable": True, "technical_impact": "total"}


@pytest.fixture
def stocked(operator, house):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory("GHSA-1", fixed="4.17.21", **HARSH))
    house.publish(house.advisory("ADV-2", package="ini", fixed="1.3.6", **MILD))
    house.work()


def test_what_is_due_is_counted_by_band_the_most_pressing_first(operator, stocked, house):
    seen = selectors.board(operator)
    listed = selectors.actions(operator)
    assert sum(each.count for each in seen.due) == len(listed)
    assert seen.due[0].days == 3
    assert all(first.days <= second.days for first, second in pairwise(seen.due) if second.days is not None)
    assert sum(each.overdue for each in seen.due) == 0
    house.clock.advance(2 * WEEK)
    assert sum(each.overdue for each in selectors.board(operator).due) == selectors.counts(operator).overdue > 0


def test_whose_turn_it_is_and_who_says_so_are_counted(operator, stocked):
    seen = selectors.board(operator)
    assert {(each.name, each.count) for each in seen.owners} == {("", 2), ("Merrow Core", 1)}
    assert {(each.name, each.count) for each in seen.sources} == {("GHSA", 2), ("ADV", 1)}
    assert seen.learnt_at is not None


def test_the_weeks_say_what_stood_where_when_they_ended(operator, stocked, house):
    house.clock.advance(WEEK)
    ours = next(each for each in selectors.actions(operator) if each.remedy.package == "ini")
    services.claim(operator, ours.id)
    house.clock.advance(WEEK)
    inventory.import_file(operator, MENDED, filename="office.csv", name="office")
    house.work()
    house.clock.advance(WEEK)
    weeks = [(week.open, week.claimed, week.confirmed) for week in selectors.board(operator).weeks]
    assert len(weeks) == 12
    assert weeks[:8] == [(0, 0, 0)] * 8
    assert weeks[8:] == [(3, 0, 0), (2, 1, 0), (2, 0, 1), (2, 0, 1)]
    now = selectors.counts(operator)
    assert weeks[-1] == (now.open, now.claimed, now.confirmed)


def test_another_operators_board_is_empty(world, operator, stocked):
    other = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other"), Role.MEMBER)
    seen = selectors.board(other)
    assert (seen.due, seen.owners, seen.sources) == ((), (), ())


def test_a_scanner_speaks_with_one_voice_whatever_it_looked_for():
    action = uuid4()
    said = [(f"Nessus {number}", action) for number in (290001, 290002)] + [("CISA Cyber Hygiene 290001", uuid4())]
    assert [(each.name, each.count) for each in figures.sources(said)] == [("CISA Cyber Hygiene", 1), ("Nessus", 1)]


def test_our_own_people_are_ourselves_whatever_they_are_called():
    shares = figures.owners([("us", ""), ("us", "IT"), ("vendor", "Merrow Core")])
    assert [(each.name, each.count) for each in shares] == [("", 2), ("Merrow Core", 1)]
