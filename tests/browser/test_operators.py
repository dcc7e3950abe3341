"""The operators' pages in a real browser, against the real application and a database of the test's own."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import sync_playwright

from levee.exposure import tasks
from levee.exposure.types import KnownAdvisory
from levee.inventory import services as inventory
from levee.platform.database.acting import acting
from levee.platform.jobs import JobKind, enqueue, register
from levee.policy.actors import OrganisationKind, Role
from levee.web.signed_in import SESSION_KEY
from support.browsing import serving
from support.database import as_role
from support.running import work
from support.signals import said
from support.sites import OPERATORS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("on_operators_side")]

ROOT = Path(__file__).parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFFICE = b"""asset,name,version,ecosystem,exposed,owner,owner name,criticality
portal-1,lodash,4.17.11,npm,yes,us,,high
portal-2,lodash,4.17.11,npm,,us,,high
core-link-1,ini,1.3.5,npm,no,vendor,Merrow Core Services,high
desk-main-01,minimist,0.0.8,npm,no,us,,low
desk-main-01,7-zip,24.08,,no,us,,low
"""
WORDS_ABOVE = """edge => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let words = 0;
    while (texts.nextNode()) {
        const range = document.createRange();
        range.selectNode(texts.currentNode);
        const box = range.getBoundingClientRect();
        if (box.width && box.height && box.top >= 0 && box.top < edge)
            words += texts.currentNode.data.split(/\\s+/).filter(Boolean).length;
    }
    return words;
}"""
REFUSED = "status of 400"  # the browser notes every refusal by itself, whenever it comes to it
LATER = OFFICE.replace(b"minimist,0.0.8", b"minimist,1.2.8") + b"desk-mill-02,ini,4.1.3,npm,no,us,,low,again\n"


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop on this thread
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def bank(real_world):
    return real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


@pytest.fixture(params=[1280, 390])
def page(browser, request, bank):
    session = SessionStore()
    session[SESSION_KEY] = str(bank.id)
    session.save()
    with (
        serving(OPERATORS) as address,
        browser.new_context(viewport={"width": request.param, "height": 900}, base_url=address) as context,
    ):
        context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": address}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: None if REFUSED in message.text else page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page


def publish(world, name, package, fixed, **known):
    osv = {
        "id": name,
        "modified": "2026-11-20T00:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": "npm", "name": package},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }
    advisory = KnownAdvisory(id=uuid4(), osv=osv, signals=said(world.clock.now(), "KEV list", **known))
    register(JobKind(name=tasks.LEARN, handler=tasks.learn_from(lambda _actor, _key: advisory)))
    with acting(world.coordinator()) as act:
        enqueue(act, tasks.LEARN, subject=advisory.id, party=world.house)
    work()


@pytest.fixture
def stocked(real_world, bank):
    inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
    publish(real_world, "ADV-7Q4M", "lodash", "4.17.21", kev=True, automatable=True, technical_impact="total")
    publish(real_world, "ADV-1CZR", "ini", "1.3.6", kev=False, automatable=True, technical_impact="partial")
    publish(real_world, "ADV-9BHX", "minimist", "1.2.6", kev=False, automatable=False, technical_impact="total")


def check(page, name):
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    assert page.complaints == []
    if pictures := os.environ.get("LEVEE_PICTURES"):
        page.screenshot(path=f"{pictures}/{name}-{page.viewport_size['width']}.png", full_page=True)


def test_the_list_leads_to_an_action_that_can_be_reported_done(page, stocked):
    page.goto("/actions/", wait_until="networkidle")
    assert page.locator(".levee-first h2, article h3").all_inner_texts() == [
        "Upgrade lodash to 4.17.21",
        "Ask Merrow Core Services to upgrade ini to 1.3.6",
        "Upgrade minimist to 1.2.6",
    ]
    check(page, "actions")
    page.get_by_role("link", name="Upgrade lodash").click()
    page.get_by_text("npm install lodash@4.17.21").wait_for()
    check(page, "action")
    page.get_by_label("How or when").fill("done on Sunday")
    page.get_by_role("button", name="Report as done").click()
    page.get_by_text("Reported done, not confirmed").wait_for()
    check(page, "claimed")


def test_who_never_saw_it_finds_what_to_do_first_within_half_a_minute(page, stocked):
    """Counted as plain reading of all that stands above it, at 200 words a minute; nobody has to click or scroll."""
    page.goto("/", wait_until="networkidle")
    assert page.get_by_text("Do this first").count() == 1
    first = page.get_by_role("link", name="Upgrade lodash to 4.17.21")
    assert reading(page, until=first) < 30
    assert in_sight(page, first)
    how = page.get_by_role("link", name="Show me how")
    assert in_sight(page, how)
    how.click()
    steps = page.get_by_role("heading", name="What to do")
    steps.wait_for()
    assert in_sight(page, steps)


def reading(page, *, until):
    """Seconds that it takes to read everything that is seen above a place, navigation too."""
    edge = until.bounding_box()["y"]
    seen = page.evaluate(WORDS_ABOVE, edge)
    return seen * 60 / 200


def in_sight(page, place):
    box = place.bounding_box()
    return box["y"] + box["height"] <= page.viewport_size["height"]


def test_what_a_vendor_has_to_do_comes_with_a_letter(page, stocked):
    page.goto("/actions/", wait_until="networkidle")
    page.get_by_role("link", name="Upgrade ini").click()
    page.get_by_text("A letter to send").click()
    assert "Dear Merrow Core Services" in page.locator(".levee-letter").inner_text()
    check(page, "vendor")


def test_an_answer_about_exposure_dates_anew(page, stocked, real_world):
    publish(real_world, "ADV-3XNP", "lodash", "4.17.21", kev=False, automatable=True, technical_impact="total")
    page.goto("/actions/", wait_until="networkidle")
    page.get_by_label("How do you know?").fill("firewall rules")
    page.get_by_role("button", name="Not reachable").click()
    page.get_by_text("Noted for portal-2").wait_for()
    work()
    page.reload(wait_until="networkidle")
    assert page.get_by_text("Nobody said whether").count() == 0


def test_who_waits_for_a_file_sees_how_much_of_it_is_read(page, bank, tmp_path):
    small = tmp_path / "small.csv"
    small.write_text("asset,name,version\n" + "".join(f"web-1,part-{number},1\n" for number in range(50_000)))
    assert small.stat().st_size < 1 << 20
    page.goto("/inventory/", wait_until="networkidle")
    page.get_by_label("File").set_input_files(small)
    page.get_by_label("Name of the inventory").fill("all")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text(re.compile(r"Rows read: [\d,]+ of 50,001")).wait_for()
    page.get_by_text("50000 rows: 50000 components on 1 asset").wait_for(timeout=120_000)


LARGE = "asset,name,version,ecosystem,note\n" + "".join(
    f"web-1,part-{number},1,npm,{'x' * 2000}\n" for number in range(600)
)


def hand_in(page, tmp_path, text, button):
    large = tmp_path / "large.csv"
    large.write_text(text)
    page.goto("/inventory/", wait_until="networkidle")
    page.get_by_label("File").set_input_files(large)
    page.get_by_label("Name of the inventory").fill("all")
    page.get_by_role("button", name=button, exact=True).click()


def stands_at(world, **columns):
    from levee.inventory.models import Intake

    with as_role(world.owner_role):
        Intake.unscoped.update(**columns)


def test_a_large_file_has_a_page_that_shows_how_far_it_is_and_ends_at_what_it_changed(page, real_world, tmp_path):
    hand_in(page, tmp_path, LARGE, "Import")
    page.get_by_text("Waiting for its turn").wait_for()
    check(page, "waiting")
    stands_at(real_world, state="reading", progress=5000, expected=12_000)
    page.get_by_text("5,000 of 12,000 rows read").wait_for()
    check(page, "reading")
    stands_at(real_world, state="storing", progress=7000, expected=12_000)
    page.get_by_text("7,000 of 12,000 components written").wait_for()
    work()
    page.get_by_role("heading", name="What changed").wait_for(timeout=60_000)
    page.get_by_role("link", name="Added (600)").click()
    page.get_by_text("page 1 of 6").wait_for()
    page.get_by_role("link", name="Next").click()
    page.get_by_text("page 2 of 6").wait_for()
    check(page, "changes")


def test_a_large_file_is_looked_at_first_corrected_and_then_imported(page, tmp_path):
    hand_in(page, tmp_path, LARGE.replace("asset,name", "thing,word", 1), "Look at it first")
    page.get_by_text("Waiting for its turn").wait_for()
    work()
    page.get_by_text("no column for an asset").wait_for(timeout=60_000)
    check(page, "failed")
    for label, heading in (("Name of the machine", "thing"), ("Name of the software", "word")):
        page.get_by_label(label, exact=True).select_option(heading)
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("Waiting for its turn").wait_for()
    work()
    page.get_by_text("600 rows: 600 components on 1 asset").wait_for(timeout=60_000)
    check(page, "seen")
    page.get_by_role("button", name="Import it so").click()
    page.get_by_text("Waiting for its turn").wait_for()
    work()
    page.get_by_role("heading", name="What changed").wait_for(timeout=60_000)


def test_a_large_file_that_was_only_looked_at_is_forgotten_on_a_persons_word(page, tmp_path):
    hand_in(page, tmp_path, LARGE, "Look at it first")
    page.get_by_text("Waiting for its turn").wait_for()
    work()
    page.get_by_role("button", name="Forget the file").click()
    page.get_by_role("heading", name="Inventory", exact=True).wait_for()
    assert page.get_by_text("Large files on their way in").count() == 0


def test_without_scripts_the_page_of_a_large_file_refreshes_itself(browser, page, bank, tmp_path):
    hand_in(page, tmp_path, LARGE, "Import")
    page.get_by_text("Waiting for its turn").wait_for()
    address, cookies = page.url, page.context.cookies()
    page.close()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(cookies)
        plain = context.new_page()
        plain.goto(address)
        plain.get_by_text("Waiting for its turn").wait_for()
        work()
        plain.get_by_role("heading", name="What changed").wait_for(timeout=60_000)


def test_a_file_is_looked_at_first_then_imported_as_a_diff(page, bank, tmp_path):
    page.goto("/inventory/", wait_until="networkidle")
    check(page, "empty")
    inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
    later = tmp_path / "later.csv"
    later.write_bytes(LATER)
    page.goto("/inventory/", wait_until="networkidle")
    page.get_by_label("File").set_input_files(later)
    page.get_by_label("Name of the inventory").fill("office")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("What was understood").wait_for()
    assert "line 7" in page.locator("#preview").inner_text()
    check(page, "preview")
    page.get_by_role("button", name="Import it so").click()
    page.get_by_text("1 changed").wait_for()
    check(page, "imported")
    page.get_by_role("link", name="See the inventory").click()
    page.get_by_role("link", name="portal-2").click()
    page.get_by_role("heading", name="What do you know about portal-2?").wait_for()
    check(page, "inventory")


def test_a_column_that_was_not_guessed_is_chosen_and_the_rest_stays_as_it_was(page, bank, tmp_path):
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"box,thing,rev,kind of package\nweb-1,lodash,4.17.11,npm\n")
    page.goto("/inventory/", wait_until="networkidle")
    page.get_by_label("File").set_input_files(odd)
    page.get_by_label("Name of the inventory").fill("odd")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("no column for an asset").wait_for()
    for label, heading in (
        ("Name of the machine", "box"),
        ("Name of the software", "thing"),
        ("Version", "rev"),
        ("Package manager or distribution", "kind of package"),
    ):
        page.get_by_label(label, exact=True).select_option(heading)
    check(page, "columns")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("1 can be matched with advisories").wait_for()
    page.get_by_text("Something is wrong here").click()
    assert page.get_by_label("Name of the machine").input_value() == "box"
    check(page, "corrected")
    page.get_by_role("button", name="Import it so").click()
    page.get_by_text("1 added").wait_for()


def test_an_asset_shows_what_is_known_of_it_what_to_do_there_and_what_cannot_be_matched(page, stocked):
    page.goto("/inventory/", wait_until="networkidle")
    page.get_by_role("link", name="office").click()
    page.get_by_role("link", name="desk-main-01").click()
    page.get_by_role("link", name="Upgrade minimist").wait_for()
    assert "office.csv" in page.locator("#known + dl").inner_text()
    row = page.get_by_role("row").filter(has_text="7-zip")
    assert "Cannot be matched" in row.inner_text()
    check(page, "asset")
    page.get_by_label("How do you know").fill("asked the office")
    page.get_by_label("Reachable from the internet").select_option("yes")
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("Noted for desk-main-01").wait_for()
    assert "asked the office" in page.locator("#known + dl").inner_text()


def test_an_action_shows_its_clock_why_it_stands_there_and_can_be_set_aside(page, stocked):
    page.goto("/actions/", wait_until="networkidle")
    page.get_by_role("link", name="Upgrade ini").click()
    page.get_by_role("img", name="60 days left").wait_for()
    assert page.locator(".levee-reasons li").first.inner_text().startswith("By ")
    page.get_by_text("Set it aside until a day").click()
    page.get_by_label("Why it cannot be done in time").fill("the core provider has no date")
    page.get_by_label("What protects in the meantime").fill("only two machines reach it")
    page.get_by_label("Who keeps that up").fill("Ada Byron")
    page.get_by_label("Until").fill("2026-12-24")
    check(page, "set-aside-form")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_role("link", name="Decide").click()
    check(page, "exceptions")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("The action comes back by itself on its day.").wait_for()
    page.get_by_role("link", name="Upgrade ini").click()
    page.get_by_role("heading", name="Set aside until 2026-12-24").wait_for()
    check(page, "set-aside")


def test_a_case_is_led_from_its_clocks_to_its_verdict(page, stocked, tmp_path):
    page.goto("/actions/", wait_until="networkidle")
    page.get_by_role("link", name="ADV-7Q4M on portal-1, portal-2").click()
    page.get_by_role("heading", name="Three clocks").wait_for()
    check(page, "forensic")
    for step in ("Find out what is affected", "Keep what would be lost"):
        page.get_by_label("What it answers").select_option(label=step)
        page.get_by_label("What there was").fill("two portals, both reached from the internet")
        if step.startswith("Keep"):
            evidence = tmp_path / "memory.raw"
            evidence.write_bytes(b"a copy of the memory")
            page.get_by_label("A file of evidence").set_input_files(evidence)
            page.get_by_text("Keep the file here too").click()
        page.get_by_role("button", name="Write it down").click()
        page.get_by_text("Written down.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="memory.raw").click()
    assert download.value.path().read_bytes() == b"a copy of the memory"
    page.get_by_label("What you found").select_option(label="No signs of a break-in")
    page.get_by_label("What that rests on").fill("no new accounts, no odd connections")
    page.get_by_role("button", name="Close the case in my name").click()
    page.get_by_role("heading", name="No signs of a break-in").wait_for()
    check(page, "forensic-closed")
    page.goto("/forensics/?all", wait_until="networkidle")
    check(page, "forensics")


def test_a_table_of_ones_own_dates_everything_anew(page, stocked, tmp_path):
    own = tmp_path / "own.csv"
    own.write_bytes(b"kev,days\nyes,2\nno,40\n")
    page.goto("/priority/", wait_until="networkidle")
    check(page, "priority")
    page.get_by_label("Name").fill("bank-rules")
    page.get_by_label("File").set_input_files(own)
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("Added bank-rules, version 1").wait_for()
    page.get_by_label("For computers").select_option(label="bank-rules, version 1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Every date follows within a minute").wait_for()
    work()
    page.goto("/actions/", wait_until="networkidle")
    assert "Suggested by bank-rules" in page.locator("main").inner_text()
    check(page, "own-table")
