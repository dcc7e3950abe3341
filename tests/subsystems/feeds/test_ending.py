"""A feed that is followed no longer: stopped for a while, or removed with all that it said."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.alerts import selectors as alerts
from levee.alerts.types import AlertKind as Told
from levee.exposure import selectors as exposure
from levee.exposure.actions.states import State
from levee.feeds import selectors, services
from levee.feeds.models import Feed
from levee.feeds.types import Kind, LoadState
from levee.inventory import services as inventory
from levee.kernel.errors import Conflict, Forbidden, LeveeError, NotFound
from levee.policy.actors import OrganisationKind
from subsystems.feeds.conftest import advisory, kev
from support.database import as_role

OFFICE = b"asset,name,version,ecosystem,exposed\nportal-1,reed,1.0.0,npm,no\n"
OTHERS = [(f"CVE-2024-{number:04}", "2026-11-01", False) for number in range(1000, 1005)]


@pytest.fixture
def hospital(house):
    operator = house.world.actor(house.world.organisation(OrganisationKind.OPERATOR, "Hospital"))
    inventory.import_file(operator, OFFICE, filename="office.csv", name="Office")
    house.add("mine", Kind.OSV)
    brought(house, "mine", advisory("GHSA-1", aliases=["CVE-2026-0001"]))
    return operator


def brought(house, name, *documents):
    for each in documents:
        house.file(f"{name}/{each['id']}.json", json.dumps(each))
    house.load(name, house.folder / name)
    house.work()


def states(operator):
    every = exposure.actions(operator, states=tuple(State), limit=50)
    return [each.state for each in every]


def test_a_removed_feed_takes_back_what_it_raised_with_that_reason_and_whoever_was_told_stands_down(house, hospital):
    (action,) = exposure.actions(hospital)
    house.clock.advance(timedelta(minutes=1))
    services.remove(house.coordinator, "mine")
    house.work()
    assert states(hospital) == [State.RETRACTED]
    detail = exposure.action(hospital, action.id)
    assert [each.ended_because for each in detail.matches] == ["removed"]
    assert detail.history[-1].note == "the source was removed"
    newest = alerts.alerts(hospital)[0]
    assert newest.kind is Told.STAND_DOWN
    assert newest.reason == "the source was removed, and it was the reason for this."
    assert selectors.feeds(house.coordinator) == []
    with pytest.raises(NotFound):
        services.ask_pull(house.coordinator, "mine")


def test_what_another_source_says_too_stays(house, hospital):
    house.add("other", Kind.OSV)
    brought(house, "other", advisory("PYSEC-1", aliases=["CVE-2026-0001"]))
    services.remove(house.coordinator, "mine")
    house.work()
    (action,) = exposure.actions(hospital)
    assert action.vulnerabilities == ("CVE-2026-0001",)
    assert {each.explanation.record for each in exposure.action(hospital, action.id).matches if not each.ended_at} == {
        "PYSEC-1"
    }


def test_a_removed_catalogue_leaves_no_answer_behind(house, hospital):
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*OTHERS, ("CVE-2026-0001", "2026-11-20", False))))
    house.work()
    assert exposure.actions(hospital)[0].exploited
    services.remove(house.coordinator, "listed")
    house.work()
    (action,) = exposure.actions(hospital)
    assert not action.exploited
    assert action.timeline.inputs["kev"].assumed, "nobody says yes, and nobody says no"
    assert house.told("CVE-2026-0001")["CVE-2026-0001"].kev is None


def test_its_name_is_free_for_another_source_which_begins_anew(house, hospital):
    services.remove(house.coordinator, "mine")
    house.work()
    house.add("mine", Kind.OSV)
    assert house.feed("mine").held == 0
    house.load("mine", house.folder / "mine")
    house.work()
    (action,) = exposure.actions(hospital)
    assert action.state is State.OPEN
    assert action.reopened == 1


def test_a_stopped_feed_is_not_looked_at_and_holds_what_it_holds(house, hospital, site):
    site.files["/kev.json"] = kev(*OTHERS)
    house.add("listed", Kind.KEV, f"{site.base}/kev.json", hours=1)
    with as_role(house.world.owner_role):
        scheduled = Feed.unscoped.get(name="listed").scheduled
    house.pull("listed")
    held = house.feed("listed").held
    services.stop(house.coordinator, "listed")
    house.work()
    asked = len(site.asked)
    assert house.feed("listed").stopped_at is not None
    assert house.feed("listed").doubt == "its source is not looked at any more"
    assert house.feed("listed").held == held > 0
    with as_role(house.world.owner_role):
        assert scheduled is not None
        assert Feed.unscoped.get(name="listed").scheduled is None
    house.clock.advance(timedelta(hours=2))
    house.work()
    assert len(site.asked) == asked, "the pull that was waiting is left undone"
    for again in (services.stop, services.ask_pull):
        with pytest.raises(Conflict, match="stopped"):
            again(house.coordinator, "listed")
    with pytest.raises(Conflict):
        house.pull("listed")
    loaded = house.load("listed", house.file("kev.json", kev(*OTHERS, released="2026-11-22T10:00:00Z")))
    assert loaded.state is LoadState.LOADED, "from a file it is taken all the same"


def test_a_stopped_feed_is_started_again(house, site):
    site.files["/kev.json"] = kev(*OTHERS)
    house.add("listed", Kind.KEV, f"{site.base}/kev.json", hours=700)
    with pytest.raises(Conflict, match="not stopped"):
        services.start(house.coordinator, "listed")
    services.stop(house.coordinator, "listed")
    run_jobs(house, "feeds.stop")
    services.start(house.coordinator, "listed")
    run_jobs(house, "feeds.start")
    assert house.feed("listed").stopped_at is None
    with as_role(house.world.owner_role):
        assert Feed.unscoped.get(name="listed").scheduled is not None


def run_jobs(house, kind):
    """The handler of one job alone: a pull plans the next one, which the queue would run at once."""
    from levee.feeds import tasks
    from levee.platform.database.roles import DbRole

    handler = {"feeds.stop": tasks.carry_out_stop, "feeds.start": tasks.carry_out_start}[kind]
    run = house.run()
    with as_role(DbRole.MATCHER):
        handler(run, house.feed("listed").id)


def test_only_a_coordinator_decides_and_strangers_learn_nothing(house, hospital):
    for decide in (services.stop, services.start, services.remove):
        with pytest.raises((Forbidden, NotFound)):
            decide(hospital, "mine")
        with pytest.raises(NotFound):
            decide(house.coordinator, "nothing")
    assert [each.name for each in selectors.feeds(house.coordinator)] == ["mine"]


def test_removing_goes_on_where_it_was_cut_off(house, hospital, monkeypatch):
    from levee.feeds.services import ending

    many = [advisory(f"A-{number}", package="other") for number in range(5)]
    brought(house, "mine", *many)
    monkeypatch.setattr(ending, "RECORDS_AT_ONCE", 2)
    whole, calls = ending.end_records, []

    def cut_off(actor, feed, names):
        calls.append(names)
        if len(calls) == 2:
            message = "the machine went away"
            raise LeveeError(message)
        whole(actor, feed, names)

    monkeypatch.setattr(ending, "end_records", cut_off)
    run, key = house.run(), house.feed("mine").id
    from levee.platform.database.roles import DbRole

    with as_role(DbRole.MATCHER), pytest.raises(LeveeError):
        ending.carry_out_removal(run, key)
    with as_role(DbRole.MATCHER):
        ending.carry_out_removal(run, key)
    house.work()
    assert states(hospital) == [State.RETRACTED]
