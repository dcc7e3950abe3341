"""Two sites, two roles: each serves its own, leads to the other's, and cannot do what it does not serve."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.db import ProgrammingError
from django.test import override_settings
from typer.testing import CliRunner

from levee.exposure import selectors as exposure
from levee.findings import selectors as findings
from levee.identity import services as identity
from levee.inventory import services as inventory
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.settings import settings
from levee.web.navigation import entries
from levee.web.sites import Side
from support.browsing import looking, serving, sign_in
from support.sites import MEMBERS, OPERATORS, SiteClient, operators_side

OFFICE = b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n"


@pytest.fixture
def bank(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)


def signed_in(actor, urlconf):
    secret = identity.issue_token(actor, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    return SiteClient(urlconf, raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def with_session(actor, urlconf):
    from levee.web.signed_in import SESSION_KEY

    client = SiteClient(urlconf)
    session = client.session
    session[SESSION_KEY] = str(actor.id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.mark.parametrize(("path", "site"), [("/actions/", MEMBERS), ("/inventory/", MEMBERS), ("/cases/", OPERATORS)])
def test_a_page_of_the_other_site_leads_there(bank, path, site):
    answer = with_session(bank, site).get(f"{path}?all=1")
    address = settings().operators_site if site == MEMBERS else settings().site
    assert (answer.status_code, answer["Location"]) == (302, f"{address}{path}?all=1")


def test_operators_are_at_home_on_their_own_site(bank, world):
    assert with_session(bank, MEMBERS).get("/")["Location"] == f"{settings().operators_site}/"
    assert with_session(bank, OPERATORS).get("/")["Location"] == "/actions/"
    assert with_session(world.coordinator(), MEMBERS).get("/").status_code == 200


@pytest.mark.parametrize(
    ("path", "site"), [("/api/v1/actions", MEMBERS), ("/api/v1/findings", OPERATORS), ("/api/v1/outbox", OPERATORS)]
)
def test_the_api_says_where_the_other_sides_operations_are_served(bank, path, site):
    answer = signed_in(bank, site).get(path)
    address = settings().operators_site if site == MEMBERS else settings().site
    told = answer.json()
    assert (answer.status_code, told["status"], told["type"]) == (421, 421, "urn:levee:problem:served.elsewhere")
    assert told["place"] == address + path


def test_what_is_posted_to_the_wrong_site_is_refused_with_the_right_address(bank):
    for site, path in ((MEMBERS, "/inventory/import/"), (OPERATORS, "/findings/hand-in/")):
        answer = with_session(bank, site).post(path)
        assert answer.status_code == 421
        assert f"{settings().operators_site if site == MEMBERS else settings().site}{path}" in answer.content.decode()


def test_one_runs_ones_organisation_on_either_site(bank):
    for site in (MEMBERS, OPERATORS):
        assert with_session(bank, site).get("/organisation/").status_code == 200
        assert signed_in(bank, site).get("/api/v1/members").json()[0]["kind"] == "person"


def test_a_role_cannot_ask_what_its_site_does_not_serve(real_world):
    bank = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        exposure.actions(bank)
    with operators_side():
        inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
        with pytest.raises(ProgrammingError, match="permission denied"):
            findings.listed(bank)


def test_a_menu_shows_what_its_site_serves_and_a_way_across_for_those_who_are_both(world, bank):
    house = world.coordinator()
    labels = [each.label for each in entries(bank, "/", Side.OPERATORS)]
    assert (labels[:2], labels[-1]) == (["To do", "Inventory"], "Organisation")
    assert "Findings" not in labels
    assert "To do" not in [each.label for each in entries(bank, "/", Side.CLEARINGHOUSE)]
    across = {side: entries(house, "/", side)[-1].url for side in Side}
    assert across[Side.CLEARINGHOUSE].startswith(settings().operators_site)
    assert across[Side.OPERATORS].startswith(settings().site)


def test_a_link_for_an_operator_leads_to_the_operators_site():
    assert identity.address_of_link("x", OrganisationKind.OPERATOR) == f"{settings().operators_site}/link/x/"
    assert identity.address_of_link("x", OrganisationKind.FINDER) == f"{settings().site}/link/x/"


@pytest.fixture
def both_sites(real_world, monkeypatch):
    """The members' site and the operators', each on a port of its own."""
    with serving() as members, serving(OPERATORS) as operators:
        monkeypatch.setenv("LEVEE_BASE_URL", members)
        monkeypatch.setenv("LEVEE_OPERATORS_URL", operators)
        monkeypatch.setenv("LEVEE_URL", members)
        settings.cache_clear()
        yield members, operators
    settings.cache_clear()


def test_commands_go_where_they_are_served(both_sites, real_world, tmp_path, monkeypatch):
    bank = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)
    monkeypatch.setenv("LEVEE_SESSION_FILE", str(tmp_path / "session.json"))
    monkeypatch.delenv("LEVEE_TOKEN_FILE", raising=False)
    (tmp_path / "office.csv").write_bytes(OFFICE)

    def run(*words):
        answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    run("sign-in", "--link", identity.address_of_link(identity.make_link(bank, bank.id), OrganisationKind.OPERATOR))
    assert "1 added" in run("inventory", "import", tmp_path / "office.csv", "--name", "office")
    assert json.loads(run("inventory", "list", "--json"))[0]["name"] == "office"
    with operators_side():
        assert exposure.actions(bank) == []


@pytest.mark.browser
def test_an_operator_who_signs_in_among_the_members_comes_to_the_list_of_things_to_do(both_sites, real_world, chromium):
    members, operators = both_sites
    rules = {**django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "form-action": ["'self'", members, operators]}
    bank = real_world.organisation(OrganisationKind.OPERATOR, "Bank")
    real_world.actor(bank, Role.MEMBER, email="ada@example.org")
    led = override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": rules})
    with led, looking(chromium, members) as page:
        sign_in(page)
        page.get_by_role("heading", name="To do").wait_for()
        assert page.url == f"{operators}/actions/"
        assert page.complaints == []
