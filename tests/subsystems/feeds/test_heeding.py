"""What feeds say reaches the operators whom it concerns, by real jobs, and their dates follow."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.exposure import selectors as exposure
from levee.exposure.actions.states import State
from levee.feeds.types import Kind
from levee.inventory import services as inventory
from levee.platform.models import Run
from levee.policy.actors import OrganisationKind
from subsystems.feeds.conftest import advisory, epss, kev
from support.database import as_role

OFFICE = b"asset,name,version,ecosystem,exposed\nportal-1,reed,1.0.0,npm,no\n"
OTHERS = [(f"CVE-2024-{number:04}", "2026-11-01", False) for number in range(1000, 1040)]


@pytest.fixture
def hospital(house):
    """An operator with one component that an advisory of a feed affects."""
    operator = house.world.actor(house.world.organisation(OrganisationKind.OPERATOR, "Hospital"))
    inventory.import_file(operator, OFFICE, filename="office.csv", name="Office")
    house.add("mine", Kind.OSV)
    house.work()
    return operator


def brought(house, *documents):
    for each in documents:
        house.file(f"mine/{each['id']}.json", json.dumps(each))
    house.load("mine", house.folder / "mine")
    house.work()


def dates(operator, *states):
    return [(each.timeline.row, each.due_at) for each in exposure.actions(operator, states=states or (State.OPEN,))]


def test_an_advisory_of_a_feed_becomes_an_action_and_ends_when_the_feed_drops_it(house, hospital):
    others = [advisory(f"A-{number}", package="other") for number in range(5)]
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]), *others)
    (action,) = exposure.actions(hospital)
    assert action.vulnerabilities == ("CVE-2026-0001",)
    (house.folder / "mine" / "GHSA-1.json").unlink()
    brought(house)
    assert dates(hospital) == []
    assert len(dates(hospital, State.RETRACTED)) == 1


def test_a_listing_redates_those_who_have_it_under_any_of_its_names_and_nobody_else(house, hospital):
    spared = house.world.actor(house.world.organisation(OrganisationKind.OPERATOR, "Bank"))
    inventory.import_file(spared, OFFICE.replace(b"reed", b"other"), filename="office.csv", name="Office")
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]), advisory("GHSA-2", package="other"))
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*OTHERS)))
    house.work()
    before = dates(hospital)
    house.clock.advance(timedelta(days=2))
    listed = (*OTHERS, ("CVE-2026-0001", "2026-11-24", True))
    house.load("listed", house.file("kev.json", kev(*listed, released="2026-11-24T15:00:00Z")))
    house.work()
    with as_role(house.world.owner_role):
        runs = Run.unscoped.filter(kind="exposure.match_batch", members=[]).values_list("party", flat=True)
        assert list(runs) == [hospital.party], "whom it does not concern is not even looked at"
    (action,) = exposure.actions(hospital)
    assert action.exploited
    assert action.timeline.inputs["kev"].value == "yes"
    assert "listed" in action.timeline.inputs["kev"].source
    assert (action.timeline.row, action.due_at) != before[0]
    assert action.due_at < before[0][1] if before[0][1] else True
    (other,) = exposure.actions(spared)
    assert other.timeline.inputs["kev"].value == "no"


def test_answers_of_a_feed_take_the_place_of_assumptions(house, hospital):
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]))
    assert exposure.actions(hospital)[0].timeline.inputs["automatable"].assumed
    house.add("answers", Kind.SSVC)
    rows = "cve,exploitation,automatable,technical_impact\nCVE-2026-0001,none,no,partial\n"
    house.load("answers", house.file("answers-2026-11-22.csv", rows))
    house.work()
    inputs = exposure.actions(hospital)[0].timeline.inputs
    assert (inputs["automatable"].value, inputs["automatable"].assumed) == ("no", False)
    assert (inputs["technical_impact"].value, inputs["technical_impact"].assumed) == ("partial", False)


def test_a_newer_catalogue_without_news_moves_no_date_and_asks_nobody(house, hospital):
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]))
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*OTHERS)))
    house.work()
    before = dates(hospital)
    house.clock.advance(timedelta(days=5))
    house.load("listed", house.file("kev.json", kev(*OTHERS, released="2026-11-27T15:00:00Z")))
    assert house.work() == 0
    inventory.import_file(hospital, OFFICE, filename="office.csv", name="Office")
    house.work()
    assert dates(hospital) == before


def test_a_score_that_changes_reaches_the_order(house, hospital):
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]))
    house.add("scores", Kind.EPSS)
    house.load("scores", house.file("epss.csv.gz", epss(("CVE-2026-0001", "0.01000"), ("CVE-2026-0002", "0.5"))))
    house.work()
    house.load(
        "scores",
        house.file("epss.csv.gz", epss(("CVE-2026-0001", "0.90000"), ("CVE-2026-0002", "0.5"), day="2026-11-23")),
    )
    house.work()
    assert exposure.actions(hospital)[0].signals.epss.number == pytest.approx(0.9)


def test_what_is_kept_from_one_operator_to_the_next_is_read_anew_once_a_feed_says_otherwise(house, hospital):
    bank = house.world.actor(house.world.organisation(OrganisationKind.OPERATOR, "Bank"))
    inventory.import_file(bank, OFFICE, filename="office.csv", name="Office")
    brought(house, advisory("GHSA-1", aliases=["CVE-2026-0001"]))
    house.add("listed", Kind.KEV)
    for listed in (OTHERS, (*OTHERS, ("CVE-2026-0001", "2026-11-24", True)), OTHERS):
        house.clock.advance(timedelta(days=2))
        house.load("listed", house.file("kev.json", kev(*listed, released=f"{house.clock.now():%Y-%m-%d}T08:00:00Z")))
        house.work()
        for each in (hospital, bank):
            (action,) = exposure.actions(each)
            assert action.exploited is (listed != OTHERS)


def test_a_listing_redates_what_only_a_scanner_says(house, hospital):
    report = (
        b'<NessusClientData_v2><Report><ReportHost name="web-9"><ReportItem port="443" protocol="tcp" severity="3" '
        b'pluginID="7" pluginName="Old server"><cve>CVE-2026-0009</cve><solution>Update it.</solution></ReportItem>'
        b"</ReportHost></Report></NessusClientData_v2>"
    )
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*OTHERS)))
    inventory.import_file(hospital, report, filename="scan.nessus", name="Office")
    house.work()
    (before,) = exposure.actions(hospital)
    assert (before.timeline.inputs["kev"].value, before.timeline.inputs["kev"].assumed) == ("no", False)
    house.clock.advance(timedelta(days=2))
    listed = (*OTHERS, ("CVE-2026-0009", "2026-11-24", True))
    house.load("listed", house.file("kev.json", kev(*listed, released="2026-11-24T15:00:00Z")))
    house.work()
    (after,) = exposure.actions(hospital)
    assert after.exploited
    assert after.timeline.inputs["kev"].value == "yes"
