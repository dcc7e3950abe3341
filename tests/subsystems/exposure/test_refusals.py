"""What cannot be taken comes back on its page: the field is named, what to change is said, what was typed is kept."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levee.exposure import selectors
from levee.identity import services as identity
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.kernel.ids import public_id
from levee.policy.actors import OrganisationKind, Role

OFFICE = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\n"
HARSH = {"kev": True, "automatable": True, "technical_impact": "total"}
TYPED = "what somebody typed for a while"
DIGEST = "0" * 64


@pytest.fixture
def places(operator, house):
    """Where each form of the operator's pages is sent."""
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **HARSH))
    (office,), (action,) = inventories.inventories(operator), selectors.actions(operator)
    (asset,), (case,) = inventories.assets(operator, office.id), selectors.forensic_cases(operator)
    return {
        "action": f"/actions/{action.public_id}/",
        "exception": f"/actions/{action.public_id}/exception/",
        "facts": f"/inventory/assets/{asset.public_id}/facts/",
        "write": f"/forensics/{case.public_id}/write/",
        "verdict": f"/forensics/{case.public_id}/verdict/",
    }


def signed_in(client, actor):
    session = client.session
    session["levee.principal"] = str(actor.id)
    session.save()
    return client


def file(data, name="own.csv"):
    return SimpleUploadedFile(name, data)


ASKED = {"reason": TYPED, "mitigation": "a wall", "responsible": "Ada", "until": "2026-12-24"}
REFUSED = [
    # form, what is handed in, the field that has the error, what it says
    ("exception", {**ASKED, "until": "next week"}, "id_until", "This is no day. Write it like 2026-12-24."),
    ("exception", {**ASKED, "until": "2036-12-24"}, "id_until", "Ask for a shorter one"),
    ("exception", {**ASKED, "mitigation": ""}, "id_mitigation", "This field is required."),
    ("facts", {"exposure": "no", "environment": TYPED}, "id_source", "This field is required."),
    ("facts", {"source": TYPED, "window": "now and then"}, "id_window", "is no maintenance window"),
    ("facts", {"source": TYPED, "exposure": "perhaps"}, "id_exposure", "Select a valid choice"),
    ("write", {"step": "evidence", "text": TYPED, "sha256": "12"}, "id_sha256", "A SHA-256 has 64 digits"),
    (
        "write",
        {"step": "evidence", "text": TYPED, "sha256": DIGEST, "file": file(b"x", "memory.raw")},
        "id_sha256",
        "The file has another SHA-256.",
    ),
    ("write", {"step": "triage", "text": TYPED}, "id_step", "Select a valid choice"),
    ("verdict", {"verdict": "", "text": TYPED}, "verdict-verdict", "This field is required."),
    ("/priority/tables/", {"name": TYPED, "file": file(b"kev,days\nyes,3\nno,9\n")}, "own-name", "small letters"),
    ("/priority/tables/", {"name": "own", "file": file(b"kev,days\nyes,3\n")}, "own-file", "1 combination has no line"),
    ("/priority/tables/", {"name": "own", "file": file(b"kev,days\nyes,3\nno\n")}, "own-file", "Line 3: 1 cells"),
    ("/alerts/webhooks/", {"url": f"http://{TYPED}"}, "hook-url", "A webhook is an https address."),
    ("/alerts/webhooks/", {"url": f"https://[{TYPED}"}, "hook-url", "This is no address."),
    ("/alerts/feeds/", {"name": ""}, "feed-name", "This field is required."),
    ("/alerts/preferences/", {"digest_at": "7", "address": TYPED}, "id_address", "valid email"),
    ("/vex/rely/", {"file": file(b"{}", "vex.json")}, "id_file", ""),
]


@pytest.mark.parametrize(("form", "given", "field", "says"), REFUSED)
def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    operator, places, client, form, given, field, says
):
    for each in given.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)
    answer = signed_in(client, operator).post(places.get(form, form), given)
    shown = answer.content.decode()
    assert answer.status_code == 400
    beside = re.search(rf'id="{field}-error"[^>]*>(.*?)</div>', shown, re.DOTALL)
    assert beside
    assert says in beside[1]
    assert f'href="#{field}"' in shown
    assert TYPED not in str(given) or TYPED in shown


def test_what_waits_for_a_second_person_says_so_beside_what_was_typed(operator, places, client, world):
    world.actor(operator.party, Role.MEMBER, name="Grace")
    page = signed_in(client, operator)
    assert page.post(places["exception"], ASKED).status_code == 302
    (asked,) = selectors.exceptions(operator)
    answer = page.post(f"/exceptions/{asked.public_id}/approve/", {"note": TYPED})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "A second person approves this. Ask a colleague with an account of their own." in shown
    assert f'value="{TYPED}"' in shown


@pytest.mark.parametrize("may_act", [False, True])
def test_a_provider_is_offered_what_its_consent_covers_and_no_more(operator, places, client, world, may_act):
    provider = world.actor(world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER)
    identity.give_consent(world.actor(operator.party, Role.MEMBER, Role.ADMIN), provider.party, may_act=may_act)
    page = signed_in(client, provider)
    page.post(f"/clients/{public_id('ORG', operator.party)}/open/")
    shown = page.get(places["action"]).content.decode()
    assert "What to do" in shown
    assert ("Report as done" in shown) is may_act
    assert "Not in time?" not in shown


def test_no_verdict_is_chosen_for_anybody(operator, places, client):
    shown = signed_in(client, operator).get(places["verdict"].removesuffix("verdict/")).content.decode()
    chosen = re.search(r'<select name="verdict"[^>]*>(.*?)</option>', shown, re.DOTALL)
    assert chosen
    assert 'value=""' in chosen[1]


def test_a_verdict_without_evidence_says_above_the_form_what_is_missing(operator, places, client):
    answer = signed_in(client, operator).post(places["verdict"], {"verdict": "no signs of a break-in", "text": TYPED})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "Write down what there was, or why nothing could be kept." in shown
    assert TYPED in shown
