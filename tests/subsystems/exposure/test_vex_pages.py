"""What makers excuse, on the pages: relied on, shown beside what it is about, withdrawn."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levee.exposure import selectors
from levee.exposure.actions.states import State
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory

OFFICE = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\n"
SAID = {
    "vulnerability": {"name": "CVE-2099-1"},
    "products": [{"@id": "pkg:npm/lodash"}, {"@id": "pkg:docker/lodash"}],
    "status": "not_affected",
    "impact_statement": "It is <never> called.",
}


@pytest.fixture
def browser(operator, house, client):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory("ADV-1", aliases=["CVE-2099-1"], fixed="4.17.21"))
    session = client.session
    session["levee.principal"] = str(operator.id)
    session.save()
    return client


def document(clock, author="Maker"):
    said = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://maker.example/1",
        "author": author,
        "timestamp": clock.now().isoformat(),
        "statements": [SAID],
    }
    return SimpleUploadedFile("maker.json", json.dumps(said).encode())


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_an_excuse_is_shown_wherever_what_it_is_about_is_shown(browser, operator, house, clock):
    (office,) = inventories.inventories(operator)
    answer = browser.post("/vex/rely/", {"file": document(clock), "inventory": office.public_id}, follow=True)
    assert "Noted. What it excuses is put aside" in answer.content.decode()
    house.work()
    (action,) = selectors.actions(operator, states=[State.RETRACTED])
    (asset,) = inventories.assets(operator, office.id)
    (relied,) = selectors.vex(operator)
    for path in ("/vex/", f"/actions/{action.public_id}/", f"/inventory/assets/{asset.public_id}/"):
        shown = page(browser, path)
        assert "What was put aside, and why" in shown
        assert "It is &lt;never&gt; called." in shown
        assert "Maker" in shown
    shown = page(browser, f"/vex/{relied.public_id}/")
    assert "names no package that advisories know" in shown
    assert "pkg:npm/lodash" in shown
    browser.post(f"/vex/{relied.public_id}/withdraw/", {"note": "it is called"})
    house.work()
    assert "Put aside" not in page(browser, f"/actions/{action.public_id}/").partition("Why these assets")[2]
    assert "it is called" in page(browser, f"/vex/{relied.public_id}/")
    assert relied.public_id in page(browser, "/vex/?all")


def test_what_nobody_says_is_refused_on_the_form_with_place_and_advice(browser, clock):
    answer = browser.post("/vex/rely/", {"file": document(clock, author="")})
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "a statement without an author excuses nothing" in shown
    assert "/author: " in shown
    assert "Ask for a document that names its author" in shown


@pytest.mark.parametrize(("supplier", "shown"), [("Maker", "Rely on it"), ("", "not who says so")])
def test_the_wizard_offers_what_a_bill_says_of_its_own_parts(browser, operator, house, supplier, shown):
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"timestamp": "2026-11-20T00:00:00Z", "supplier": {"name": supplier}},
        "components": [
            {
                "type": "library",
                "bom-ref": "l",
                "name": "lodash",
                "version": "4.17.10",
                "purl": "pkg:npm/lodash@4.17.10",
            }
        ],
        "vulnerabilities": [
            {
                "id": "CVE-2099-1",
                "affects": [{"ref": "l"}],
                "analysis": {"state": "not_affected", "justification": "code_not_reachable"},
            }
        ],
    }
    done = inventory.import_file(operator, json.dumps(bill).encode(), filename="bom.json", name="portal")
    assert shown in page(browser, f"/inventory/imports/{done.public_id}/")
    if supplier:
        browser.post(f"/inventory/imports/{done.public_id}/vex/")
        house.work()
        assert [each.asset_name for each in selectors.put_aside(operator)] == ["bom"]
        assert "You rely on that already" in page(browser, f"/inventory/imports/{done.public_id}/")
