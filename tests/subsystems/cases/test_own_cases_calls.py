"""Webhooks call for what changes in a case that a member runs, whose ever they are; by runs that see it."""

from __future__ import annotations

import json

import pytest

from levee.cases import selectors, services
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.services.calling import LOOK_FOR_CHANGES, look_for_changes_once
from levee.kernel.ids import public_id
from levee.platform.database.roles import DbRole
from levee.platform.jobs.work import standing_run
from support.database import by_default
from support.own_cases import found_by, lead_of, open_own
from support.running import work


@pytest.fixture
def world(real_world):
    """Transactions really commit: of one that is open, nothing is told."""
    return real_world


def test_the_owner_and_its_vendor_are_called_and_the_clearinghouse_is_not(world, receiver):
    lead, other, coordinator = lead_of(world), lead_of(world, name="Brine Controls"), world.coordinator()
    case = open_own(world, lead, found_by(world, lead))
    seat = services.invite(lead, case, party=other.party, because="ships it")
    services.answer_offer(other, seat, verb=ConsentVerb.ACCEPT)
    for each in (lead, other, coordinator):
        services.add_hook(each, receiver.url)
    services.send(other, case, text="We look at it.", author="B")
    with by_default(DbRole.WORKER), standing_run(LOOK_FOR_CHANGES, party=world.house) as run:
        while look_for_changes_once(run):
            work()
    told = [json.loads(body) for _, body in receiver.calls]
    assert [(each["case"], each["what"]) for each in told] == [(public_id("CAS", case), "message")] * 2
    assert [len(selectors.calls(each)) for each in (lead, other, coordinator)] == [1, 1, 0]
