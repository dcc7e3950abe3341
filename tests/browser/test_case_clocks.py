"""A vendor keeps the clocks of a law in a case, reads them in its own zone, and says what it sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors
from levee.cases import services as casework
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.facts import Event
from support.browsing import chromium, faults, looking, serving  # noqa: F401 - a fixture
from support.coordination import open_for, vendor_of

pytestmark = pytest.mark.browser


def test_a_vendor_keeps_clocks_in_its_own_zone_and_stops_one_by_its_word(real_world, chromium):  # noqa: F811
    world, opened = real_world, open_for(real_world)
    vendor = vendor_of(world)
    casework.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    claim = casework.claim(opened.finder, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log of ours")
    casework.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="we saw it too", keep_embargo=True
    )
    world.clock.advance(timedelta(hours=20))
    case = f"/cases/{selectors.get(vendor, opened.case).public_id}/"
    with serving() as address, looking(chromium, address, vendor) as page:
        page.goto(case)
        page.get_by_role("link", name="Choose your time zone").click()
        page.get_by_label("Time zone").select_option("Asia/Kathmandu")
        page.get_by_role("button", name="Choose").click()
        page.get_by_role("link", name="Keep a policy").click()
        page.get_by_label("Why").fill("we sell in the European Union")
        page.get_by_role("button", name="Keep it").click()
        clocks = page.get_by_role("table", name="Clocks")
        row = clocks.get_by_role("row").filter(has_text="Early warning")
        assert "2026-11-24 14:45 +0545" in row.inner_text()
        assert "2026-11-24 09:00 UTC" in row.inner_text()
        assert "4 hours left" in row.inner_text()
        assert not faults(page, "clocks-of-a-case")
        page.get_by_role("link", name="State what happened").click()
        page.get_by_label("What happened").select_option("early_warning")
        page.get_by_label("When, UTC").fill("2026-11-24 04:30")
        page.get_by_label("Where it can be seen").fill("report 17 of the platform")
        page.get_by_role("button", name="State it").click()
        assert "met" in row.inner_text().lower()
        assert page.get_by_text("report 17 of the platform").first.is_visible()
        page.get_by_role("link", name="Drop a policy").click()
        assert not faults(page, "drop-a-policy")
        page.get_by_label("Why").fill("we no longer sell there")
        page.get_by_role("button", name="Drop it").click()
        assert row.count() == 0
        assert page.complaints == []
