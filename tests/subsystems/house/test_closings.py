"""The house publishes nothing in the times that it closes, unless it may not wait; no embargo moves by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from levee.advisories import selectors as advisories
from levee.advisories import services as publishing
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.embargo import Embargo, EndReason
from levee.house import selectors, services
from levee.house.calendar import ClosedOn
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from support.coordination import vendor_of
from support.stories import DRAFT

SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # in Berlin


def weekend(by):
    for weekday in (5, 6):
        services.close(by, ClosedOn.WEEKDAY, zone="Europe/Berlin", because="weekend", given={"weekday": weekday})


def agree(opened, **words):
    (read, *_) = advisories.publications(opened.colleague, opened.case)
    return publishing.settle(opened.colleague, opened.case, agree=True, digest=read.digest, because="right", **words)


@pytest.fixture
def on_saturday(world, opened):
    """The house is closed at the weekend, and a publication waits on a Saturday."""
    weekend(opened.coordinator)
    world.clock.advance(SATURDAY - world.clock.now())
    publishing.ask(opened.coordinator, opened.case, DRAFT)
    return opened


def test_nothing_is_published_in_a_closed_time_and_the_refusal_says_when_it_opens(world, on_saturday):
    with pytest.raises(AgainstRules) as refused:
        agree(on_saturday)
    assert (refused.value.code, refused.value.place) == ("house.closed", "urgent")
    assert "every Saturday (weekend)" in str(refused.value)
    assert "2026-11-29 23:00 UTC" in refused.value.advice()
    assert advisories.publications(on_saturday.colleague, on_saturday.case)[0].waits
    world.clock.advance(MONDAY - world.clock.now())
    assert agree(on_saturday)


def test_what_may_not_wait_goes_out_with_the_reason_on_record(on_saturday):
    assert agree(on_saturday, urgent="attacks are seen at hospitals")
    shown = advisories.publications(on_saturday.coordinator, on_saturday.case)[0]
    assert shown.urgent == "attacks are seen at hospitals"


def test_what_is_public_already_waits_for_no_working_day(on_saturday):
    casework.end_embargo(on_saturday.coordinator, on_saturday.case, reason=EndReason.PUBLIC, evidence="a post")
    assert publishing.publish(on_saturday.coordinator, on_saturday.case, DRAFT, because="it is on a list")


def test_an_embargo_ends_at_its_instant_whether_the_house_is_open_or_not(world, opened):
    weekend(opened.coordinator)
    casework.shorten_embargo(opened.coordinator, opened.case, end=SATURDAY, because="a talk")
    assert cases.get(opened.finder, opened.case).embargo_end == SATURDAY
    world.clock.advance(SATURDAY - world.clock.now())
    assert cases.get(opened.finder, opened.case).embargo is Embargo.EXITED


def test_everyone_who_takes_part_can_ask_what_an_end_falls_on(world, opened):
    weekend(opened.coordinator)
    vendor = vendor_of(world)
    for party in (opened.coordinator, opened.finder, vendor):
        found = selectors.look_at(party, SATURDAY)
        assert (found.closed.says, found.opens) == ("every Saturday", MONDAY)
        assert selectors.look_at(party, MONDAY).closed is None


def test_a_closing_ends_and_the_time_is_open_again(opened):
    services.close(opened.coordinator, ClosedOn.DAY, zone="UTC", because="a holiday", given={"day": date(2026, 12, 25)})
    (kept,) = selectors.closings(opened.colleague)
    with pytest.raises(BadInput, match="because"):
        services.end_closing(opened.colleague, kept.id, because="")
    services.end_closing(opened.colleague, kept.id, because="we work")
    assert selectors.closings(opened.colleague) == []
    with pytest.raises(NotFound):
        services.end_closing(opened.colleague, kept.id, because="again")


@pytest.mark.parametrize(
    ("kind", "given", "more", "place"),
    [
        (ClosedOn.WEEKDAY, {}, {}, "weekday"),
        (ClosedOn.WEEKDAY, {"weekday": 7}, {}, "weekday"),
        (ClosedOn.DAY, {"day": date(2026, 12, 25), "weekday": 1}, {}, "weekday"),
        (ClosedOn.DAY, {"day": date(1, 1, 1)}, {}, "day"),
        (ClosedOn.HOURS, {"opens": time(9)}, {}, "closes"),
        (ClosedOn.HOURS, {"opens": time(9), "closes": time(9)}, {}, "closes"),
        (ClosedOn.FREEZE, {"start": SATURDAY, "end": SATURDAY}, {}, "end"),
        (ClosedOn.FREEZE, {"start": SATURDAY, "end": datetime(2027, 1, 1)}, {}, "end"),  # noqa: DTZ001 - it has no zone
        (ClosedOn.WEEKDAY, {"weekday": 6}, {"zone": "Europe/Atlantis"}, "zone"),
        (ClosedOn.WEEKDAY, {"weekday": 6}, {"because": " "}, "because"),
    ],
)
def test_a_closing_that_cannot_stand_is_refused_by_its_field(opened, kind, given, more, place):
    with pytest.raises(BadInput) as refused:
        services.close(opened.coordinator, kind, **{"zone": "UTC", "because": "b", **more}, given=given)
    assert refused.value.place == place
    assert selectors.closings(opened.coordinator) == []


def test_the_same_time_is_not_closed_twice_and_hours_are_set_once(opened):
    weekend(opened.coordinator)
    with pytest.raises(Conflict):
        weekend(opened.colleague)
    hours = {"opens": time(9), "closes": time(17)}
    services.close(opened.coordinator, ClosedOn.HOURS, zone="UTC", because="office", given=hours)
    with pytest.raises(Conflict):
        services.close(opened.coordinator, ClosedOn.HOURS, zone="UTC", because="o", given={**hours, "opens": time(8)})


def test_only_coordinators_of_the_house_close_and_open(world, opened):
    for party in (opened.finder, vendor_of(world), world.actor(world.house)):
        with pytest.raises(Forbidden):
            weekend(party)
    weekend(opened.coordinator)
    kept = selectors.closings(opened.finder)[0]
    with pytest.raises(Forbidden):
        services.end_closing(opened.finder, kept.id, because="b")


def test_an_instant_without_a_zone_or_out_of_reach_is_refused(opened):
    for at in (datetime(2026, 12, 1), datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)):  # noqa: DTZ001 - it has no zone
        with pytest.raises(BadInput) as refused:
            selectors.look_at(opened.coordinator, at)
        assert refused.value.place == "at"


def test_a_house_that_is_closed_for_good_says_so(world, opened):
    for weekday in range(7):
        services.close(opened.coordinator, ClosedOn.WEEKDAY, zone="UTC", because="moved", given={"weekday": weekday})
    assert selectors.look_at(opened.coordinator, world.clock.now() + timedelta(days=1)).opens is None
    publishing.ask(opened.coordinator, opened.case, DRAFT)
    with pytest.raises(AgainstRules, match="publishes nothing now") as refused:
        agree(opened)
    assert "open the house's calendar" in refused.value.advice()
