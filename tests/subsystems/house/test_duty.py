"""Who is on call gets the house's alarms first; whoever hands over leaves a note beside what waits and what changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from levee.access.models import Principal
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.facts import Event
from levee.house import selectors, services
from levee.house.models import Shift
from levee.identity import services as people
from levee.identity.models import Organisation
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.kernel.sides import Side
from levee.notify import selectors as letters
from levee.platform.database.acting import acting
from levee.policy.actors import Role
from support.coordination import vendor_of
from support.database import as_role
from support.running import work

DAY = timedelta(days=1)
HOUSE = "house@example.org"


@pytest.fixture
def house(world, opened):
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=world.house).update(contact=HOUSE)
    return opened


def plan(by, person, start, days=1, address="on-call@example.org"):
    return services.plan_shift(by, person.id, start=start, end=start + days * DAY, address=address)


def written_to(by):
    return [each.address for each in letters.outbox(by)]


def alarm(by, party=None):
    """Where the letters of an alarm go."""
    before = Counter(written_to(by))
    with acting(by) as act:
        services.alarm(act, party or by.party, page="/feeds/", side=Side.OPERATORS)
    return list((Counter(written_to(by)) - before).elements())


def test_an_alarm_goes_to_who_is_on_call_and_to_the_house_where_nobody_is(world, house):
    assert alarm(house.coordinator) == [HOUSE]
    plan(house.coordinator, house.colleague, world.clock.now())
    assert selectors.on_call(house.coordinator).name == "Colleague"
    assert alarm(house.coordinator) == ["on-call@example.org"]
    world.clock.advance(DAY)
    assert selectors.on_call(house.coordinator) is None, "a shift's end is not in it"
    assert alarm(house.coordinator) == [HOUSE]


def test_who_is_on_call_without_an_address_leaves_letters_to_the_house(world, house):
    plan(house.coordinator, house.colleague, world.clock.now(), address="")
    assert alarm(house.coordinator) == [HOUSE]


def test_who_is_no_coordinator_any_more_gets_no_alarm(world, house):
    plan(house.coordinator, house.colleague, world.clock.now())
    with as_role(world.owner_role):
        Principal.unscoped.filter(id=house.colleague.id).update(roles=["member"])
    assert selectors.on_call(house.coordinator) is None
    assert alarm(house.coordinator) == [HOUSE]


def test_who_is_forgotten_is_on_call_no_more_and_its_address_goes(world, house):
    plan(house.coordinator, house.colleague, world.clock.now())
    plan(house.coordinator, house.colleague, world.clock.now() + 9 * DAY)
    people.forget(house.coordinator, house.colleague.id)
    with as_role(world.owner_role):
        assert set(Shift.unscoped.values_list("address", flat=True)) == {""}
    assert selectors.shifts(house.coordinator) == []
    assert alarm(house.coordinator) == [HOUSE]


def test_other_organisations_are_told_as_always(world, house):
    vendor = vendor_of(world)
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=vendor.party).update(contact="psirt@example.org")
    plan(house.coordinator, house.colleague, world.clock.now())
    assert alarm(house.coordinator, vendor.party) == ["psirt@example.org"]


def test_a_clock_that_runs_out_reminds_who_is_on_call(world, house):
    plan(house.coordinator, house.colleague, world.clock.now(), days=60)
    world.clock.advance(29 * DAY + timedelta(hours=2))
    casework.claim(house.finder, house.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    casework.keep_policy(house.coordinator, house.case, policy="list:linux-distros", because="it ships the code")
    work()
    assert "on-call@example.org" in written_to(house.coordinator)
    assert HOUSE not in written_to(house.coordinator)


def test_two_are_never_on_call_at_once_and_one_follows_the_other(world, house):
    now = world.clock.now()
    first = plan(house.coordinator, house.colleague, now)
    with pytest.raises(Conflict):
        plan(house.coordinator, house.coordinator, now + DAY / 2)
    plan(house.coordinator, house.coordinator, now + DAY)
    assert [each.name for each in selectors.shifts(house.colleague)] == ["Colleague", "Coordinator"]
    services.end_shift(house.colleague, first, because="ill")
    assert selectors.on_call(house.coordinator) is None
    plan(house.coordinator, house.coordinator, now)
    with pytest.raises(NotFound):
        services.end_shift(house.colleague, first, because="again")


@pytest.mark.parametrize(
    ("start", "end", "address", "place"),
    [
        (0, 0, "", "end"),
        (1, 0, "", "end"),
        (None, 1, "", "start"),
        (0, 1, "nobody", "address"),
        (0, 1, "a b@example.org", "address"),
        (0, 1, "a@example.org\nBcc: b@example.org", "address"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_by_its_field(world, house, start, end, address, place):
    now = world.clock.now()
    begins = datetime(2026, 12, 1) if start is None else now + start * DAY  # noqa: DTZ001 - it has no zone
    with pytest.raises(BadInput) as refused:
        services.plan_shift(house.coordinator, house.colleague.id, start=begins, end=now + end * DAY, address=address)
    assert refused.value.place == place
    assert selectors.shifts(house.coordinator) == []


def test_only_coordinators_of_the_house_plan_are_planned_and_hand_over(world, house):
    now, member = world.clock.now(), world.actor(world.house, Role.MEMBER)
    for person in (member, house.finder, world.actor(world.house, Role.COORDINATOR, live=False)):
        with pytest.raises(NotFound):
            plan(house.coordinator, person, now)
    with pytest.raises(Forbidden):
        plan(member, house.colleague, now)
    for outsider in (house.finder, vendor_of(world)):
        for ask in (selectors.shifts, selectors.on_call, selectors.hand_overs):
            with pytest.raises(NotFound):
                ask(outsider)
        with pytest.raises(NotFound):
            services.hand_over_duty(outsider, note="n", cursor="")


def test_the_next_one_reads_the_note_and_what_changed_since(world, house):
    known = cases.last_change(house.coordinator)
    services.hand_over_duty(house.coordinator, note="The vendor calls back on Monday.", cursor=known)
    casework.claim(house.finder, house.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    (left,) = selectors.hand_overs(house.colleague)
    assert (left.by, left.note) == ("Coordinator", "The vendor calls back on Monday.")
    changed = cases.changes_since(house.colleague, left.cursor)
    assert {each.case for each in changed} == {house.case}
    assert changed
    for note in (" ", "n" * 4001):
        with pytest.raises(BadInput, match="note"):
            services.hand_over_duty(house.coordinator, note=note, cursor="")
