"""How consents are given and used on pages, by scripts and by commands."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from levee.identity import selectors, services
from levee.inventory import services as inventory
from levee.kernel.ids import public_id
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from support.browsing import serving
from support.sites import OPERATORS, SiteClient

OFFICE = b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n"


@pytest.fixture(autouse=True)
def _operators(on_operators_side):
    """Consents are given and used on the operators' side."""


@pytest.fixture
def provider(world):
    return world.actor(world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER)


@pytest.fixture
def bank(world):
    bank = world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)
    inventory.import_file(bank, OFFICE, filename="office.csv", name="the bank's office")
    return bank


def browser(actor):
    from levee.web.signed_in import SESSION_KEY

    client = SiteClient(OPERATORS)
    session = client.session
    session[SESSION_KEY] = str(actor.id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_provider_works_for_a_client_on_its_pages_until_it_withdraws(provider, bank):
    own, theirs = browser(bank), browser(provider)
    assert theirs.get("/")["Location"] == "/clients/"
    assert "No client yet" in text(theirs.get("/clients/"))
    given = own.post("/consents/", {"intermediary": public_id("ORG", provider.party), "may_act": "act", "until": ""})
    assert given.status_code == 302
    assert "may see and act" in text(own.get("/consents/"))
    assert "Bank" in text(theirs.get("/clients/"))
    assert theirs.post(f"/clients/{public_id('ORG', bank.party)}/open/")["Location"] == "/actions/"
    shown = text(theirs.get("/inventory/"))
    assert "You look at Bank" in shown
    assert "the bank&#x27;s office" in shown
    assert "You look at" not in text(theirs.get("/clients/"))
    consent = selectors.consents(bank)[0].public_id
    assert own.post(f"/consents/{consent}/withdraw/").status_code == 302
    after = text(theirs.get("/inventory/"))
    assert "You look at" not in after
    assert "office" not in after.replace("Head office", "")


@pytest.mark.parametrize("may_act", [False, True])
def test_every_page_that_a_consent_covers_opens_for_the_provider(provider, bank, may_act):
    services.give_consent(bank, provider.party, may_act=may_act)
    theirs = browser(provider)
    theirs.post(f"/clients/{public_id('ORG', bank.party)}/open/")
    for path in ("actions", "brief", "inventory", "exceptions", "forensics", "priority", "vex", "feeds"):
        answer = theirs.get(f"/{path}/")
        assert (path, answer.status_code) == (path, 200)
        assert "You look at Bank" in text(answer)


def test_leaving_a_client_leads_back_to_all(provider, bank):
    services.give_consent(bank, provider.party, may_act=False)
    theirs = browser(provider)
    theirs.post(f"/clients/{public_id('ORG', bank.party)}/open/")
    assert "You look at Bank" in text(theirs.get("/actions/"))
    assert theirs.post("/clients/leave/")["Location"] == "/clients/"
    assert "You look at" not in text(theirs.get("/actions/"))


def test_a_client_that_did_not_consent_opens_nothing(provider, bank):
    theirs = browser(provider)
    assert theirs.post(f"/clients/{public_id('ORG', bank.party)}/open/").status_code == 404
    assert browser(bank).post(f"/clients/{public_id('ORG', bank.party)}/open/").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"intermediary": "ORG-NOBODY"}, "ORG"),
        ({"until": "yesterday"}, "This is no moment"),
        ({"until": "2020-01-01 12:00"}, "this lies in the past"),
    ],
)
def test_what_is_wrong_with_a_consent_is_said_beside_its_field(provider, bank, given, said):
    form = {"intermediary": public_id("ORG", provider.party), "may_act": "see", "until": "", **given}
    answer = browser(bank).post("/consents/", form)
    assert answer.status_code == 400
    assert said in text(answer)
    assert list(selectors.consents(bank)) == []


def script(actor, **headers):
    secret = services.issue_token(actor, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    return SiteClient(OPERATORS, headers={"Authorization": f"Bearer {secret}", **headers})


def test_a_script_names_the_client_in_each_request(provider, bank):
    named = public_id("ORG", bank.party)
    acting = script(provider, **{"Levee-For": named})
    assert acting.get("/api/v1/inventory").status_code == 404
    services.give_consent(bank, provider.party, may_act=False)
    assert [each["name"] for each in acting.get("/api/v1/inventory").json()] == ["the bank's office"]
    upload = {"data": OFFICE, "content_type": "application/octet-stream"}
    assert acting.post("/api/v1/inventory/imports?name=n&filename=a.csv", **upload).status_code == 403
    services.give_consent(bank, provider.party, may_act=True)
    assert acting.post("/api/v1/inventory/imports?name=n&filename=a.csv", **upload).status_code == 200
    assert script(provider).get("/api/v1/inventory").json() == []
    assert acting.get("/api/v1/members").status_code == 404
    (client,) = script(provider).get("/api/v1/clients").json()["clients"]
    assert (client["public_id"], client["may_act"], client["imported_at"] is not None) == (named, True, True)


def test_a_token_gives_no_consent(provider, bank):
    body = json.dumps({"intermediary": public_id("ORG", provider.party), "may_act": True})
    answer = script(bank).post("/api/v1/consents", body, content_type="application/json")
    assert answer.status_code == 403
    assert list(selectors.consents(bank)) == []


def test_commands_give_use_and_withdraw(real_world, tmp_path, monkeypatch):
    provider = real_world.actor(real_world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER)
    bank = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)
    inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    def become(actor):
        monkeypatch.setenv("LEVEE_SESSION_FILE", str(tmp_path / str(actor.id)))
        run(
            "sign-in",
            "--link",
            services.address_of_link(services.make_link(actor, actor.id), OrganisationKind.OPERATOR),
        )

    admin = real_world.actor(provider.party, Role.ADMIN)
    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        monkeypatch.delenv("LEVEE_TOKEN_FILE", raising=False)
        become(real_world.actor(bank.party, Role.MEMBER, Role.ADMIN, name="Ada"))
        consent = run("consents", "give", public_id("ORG", provider.party), "--act").split(":")[0]
        assert "see and act" in run("consents", "list")
        assert run("consents", "done", "--json").strip() == "[]"
        session = tmp_path / "provider"
        monkeypatch.setenv("LEVEE_SESSION_FILE", str(session))
        run("sign-in", "--link", f"{address}/link/{services.make_link(admin, provider.id)}/")
        assert "Bank" in run("clients", "list")
        monkeypatch.setenv("LEVEE_FOR", public_id("ORG", bank.party))
        assert "office" in run("inventory", "list")
        monkeypatch.delenv("LEVEE_FOR")
        become(real_world.actor(bank.party, Role.MEMBER, Role.ADMIN, name="Grace"))
        assert "withdrawn" in run("consents", "withdraw", consent)
        monkeypatch.setenv("LEVEE_SESSION_FILE", str(session))
        assert json.loads(run("clients", "list", "--json"))["clients"] == []
