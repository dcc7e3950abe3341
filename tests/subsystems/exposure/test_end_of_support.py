"""What has no support any more is a reason for an action of its own: dated, sourced, confirmed by a new inventory."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from levee.exposure import selectors
from levee.exposure.actions.states import State
from levee.exposure.brief.text import as_text
from levee.exposure.priority.lifecycle import EDGE, WITHIN
from levee.exposure.scan.running import scan
from levee.exposure.tasks import MATCH_INVENTORY, match_inventory
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.platform.database.roles import DbRole
from levee.platform.models import Run
from levee.policy.actors import OrganisationKind
from support.database import as_role
from support.running import service, work

HEADS = "asset,name,version,exposed,end of support\n"
NESSUS = b"""<?xml version="1.0"?><NessusClientData_v2><Report name="r"><ReportHost name="web-1">
<HostProperties><tag name="HOST_END">Mon Nov 23 08:00:00 2026</tag></HostProperties>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="4" pluginID="33850" pluginFamily="General"
 pluginName="Apache Tomcat SEoL (8.5.x)"><solution>Upgrade to a version that is currently supported.</solution>
<risk_factor>Critical</risk_factor></ReportItem></ReportHost></Report></NessusClientData_v2>"""


@pytest.fixture
def bank(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"))


@pytest.fixture
def agency(world):
    return world.actor(world.organisation(OrganisationKind.AGENCY, "Agency"))


def has(actor, rows, *, heads=HEADS):
    inventory.import_file(actor, (heads + rows).encode(), filename="list.csv", name="office")
    work()


def open_ones(actor, *states):
    return selectors.actions(actor, states=states or (State.OPEN,))


def test_a_product_without_support_is_to_be_replaced_with_a_date_a_source_and_plain_steps(world, bank):
    has(bank, "fw-1,Gate 60,5.2,yes,2024-03-31\nsrv-1,Office Server,2012,no,2023-10-10\npc-1,Word,9,no,2031-01-01\n")
    within, edge = open_ones(bank)
    assert (edge.title, edge.assets) == ("Replace Gate 60 5.2: its support ends", ("fw-1",))
    assert (edge.due_at.date(), edge.standing) == (date(2027, 2, 5), "Suggested by BOD 26-02")
    assert edge.timeline.inputs["support_ends"].value == "2024-03-31"
    assert edge.timeline.inputs["support_ends"].source == "the inventory"
    assert edge.timeline.inputs["listed"].assumed
    assert within.title == "Replace Office Server 2012: its support ends"
    assert within.due_at == world.clock.now() + timedelta(days=14), "a year after its end is long past"
    detail = selectors.action(bank, edge.id)
    assert "ask your vendor" in detail.steps.what
    assert "take it off the internet" in detail.steps.cannot
    assert "states a later end of support" in detail.steps.check
    (match,) = detail.matches
    assert "Support for Gate 60 5.2 ended on 2024-03-31" in match.explanation.because
    text = as_text(selectors.brief(bank))
    assert "Replace Gate 60 5.2" in text
    assert "Plan a new one" in " ".join(text.split())
    assert {each.name for each in selectors.board(bank).sources} == {"the inventory"}


def test_the_directive_binds_agencies_at_the_edge_and_nobody_else(agency):
    has(agency, "fw-1,Gate 60,5.2,,2024-03-31\nsrv-1,Office Server,2012,no,2023-10-10\n")
    edge, within = (next(each for each in open_ones(agency) if each.assets == (name,)) for name in ("fw-1", "srv-1"))
    assert (edge.standing, edge.timeline.edition) == ("Due under BOD 26-02", EDGE.edition)
    assert edge.timeline.inputs["exposed"].assumed, "nobody said that the internet does not reach it"
    assert within.timeline.edition == WITHIN.edition
    assert within.standing == "Suggested by Levee, for what no directive names"


def test_it_appears_half_a_year_before_the_day_by_itself(world, bank):
    ends = world.clock.now().date() + timedelta(days=300)
    has(bank, f"fw-1,Gate 60,5.2,yes,{ends}\n")
    assert open_ones(bank) == []
    with as_role(world.owner_role):
        assert Run.unscoped.filter(kind=MATCH_INVENTORY).count() == 2, "now, and when the day has come near"
    world.clock.advance(timedelta(days=125))
    (held,) = inventories.inventories(bank)
    run = service(world, bank.party)
    with as_role(DbRole.MATCHER):
        match_inventory(run, held.id)
    (action,) = open_ones(bank)
    assert action.due_at.date() == ends
    assert "ends on" in selectors.action(bank, action.id).matches[0].explanation.because


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        ("fw-2,Gate 90,7.0,yes,2032-01-01\n", HEADS),
        ("fw-1,Gate 60,7.0,yes,\n", HEADS),
        ("fw-1,Gate 60,5.2,yes,2032-01-01\n", HEADS),
        ("fw-1,Gate 60,7.0\n", "asset,name,version\n"),
    ],
    ids=["replaced", "another version", "support was bought", "another version, in a list without dates"],
)
def test_a_new_inventory_confirms_it(bank, rows, heads):
    has(bank, "fw-1,Gate 60,5.2,yes,2024-03-31\n")
    has(bank, rows, heads=heads)
    assert open_ones(bank) == []
    assert len(open_ones(bank, State.CONFIRMED)) == 1


def test_a_list_that_is_silent_about_support_takes_nothing_back(bank):
    has(bank, "fw-1,Gate 60,5.2,yes,2024-03-31\n")
    has(bank, "fw-1,Gate 60,5.2\n", heads="asset,name,version\n")
    assert len(open_ones(bank)) == 1


def test_words_instead_of_a_day_count_and_what_is_no_word_is_said(bank):
    has(bank, "fw-1,Gate 60,5.2,yes,unsupported\nfw-2,Gate 90,7,yes,supported\n")
    (action,) = open_ones(bank)
    assert action.timeline.inputs["support_ends"].value == "over"
    seen = inventory.preview(bank, f"{HEADS}fw-1,Gate 60,5.2,yes,some day\n".encode(), filename="a.csv", name="office")
    (remark,) = seen.reading.remarks
    assert "no end of support" in remark.reason
    assert seen.reading.accounted


def test_an_assets_own_system_may_be_what_has_no_support(bank):
    has(bank, "srv-1,Windows Server 2012,no,2023-10-10\n", heads="host,operating system,exposed,EOL\n")
    assert [each.title for each in open_ones(bank)] == ["Replace Windows Server 2012: its support ends"]


def test_a_scanner_that_says_unsupported_names_the_same_kind_of_action(bank):
    inventory.import_file(bank, NESSUS, filename="a.nessus", name="office")
    work()
    (action,) = open_ones(bank)
    assert action.title == "Replace Apache Tomcat (8.5.x): its support ends"
    assert action.timeline.inputs["support_ends"].source == "Nessus 33850"
    assert action.timeline.edition == EDGE.edition


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (
            {
                "bomFormat": "CycloneDX",
                "specVersion": "1.6",
                "components": [
                    {
                        "type": "device",
                        "name": "Pump 7",
                        "properties": [{"name": "levee:end_of_support", "value": "2025-01-31"}],
                    }
                ],
            },
            "Pump 7",
        ),
        (
            {
                "spdxVersion": "SPDX-2.3",
                "name": "pump",
                "packages": [
                    {
                        "name": "kernel",
                        "SPDXID": "SPDXRef-a",
                        "versionInfo": "3.2",
                        "validUntilDate": "2025-01-31T00:00:00Z",
                    }
                ],
            },
            "kernel 3.2",
        ),
    ],
    ids=["CycloneDX", "SPDX"],
)
def test_bills_of_materials_state_it_too_also_without_a_server(tmp_path, data, name):
    from levee.exposure.matching.folder import AdvisoryFolder

    (tmp_path / "none").mkdir()
    folder = AdvisoryFolder(tmp_path / "none")
    folder.refresh()
    found = scan(
        json.dumps(data).encode(),
        filename="bill.json",
        advisories=folder,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    (plan,) = found.plans
    assert (plan.remedy.ecosystem, plan.remedy.package) == ("support", name)
    assert plan.timeline.inputs["support_ends"].value == "2025-01-31"
