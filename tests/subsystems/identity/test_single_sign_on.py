"""Single sign-on against a real issuer on this machine: it opens accounts of people who are known, and makes none."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx
import pytest
from django.test import override_settings

from levee.app.single_sign_on import providers
from levee.identity.models import User
from levee.kernel.errors import UnsafeSetup
from levee.policy.actors import OrganisationKind, Role
from levee.settings import Settings, settings
from support.browsing import serving

# What the issuer's own libraries tell each other.
pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
ADA = {"email": "Ada@example.org", "email_verified": True}


@pytest.fixture
def issuer():
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def house(real_world, issuer, tmp_path):
    """The members' pages with single sign-on, and a person with an account."""
    (tmp_path / "secret").write_text("a secret\n")
    chosen = Settings(oidc_issuer=issuer, oidc_client_id="levee", oidc_client_secret_file=tmp_path / "secret")
    organisation = real_world.organisation(OrganisationKind.FINDER, "Harrow")
    real_world.actor(organisation, Role.MEMBER, Role.ADMIN, email="ada@example.org", name="Ada")
    with serving() as address, override_settings(SOCIALACCOUNT_PROVIDERS=providers(chosen)):
        yield address


@pytest.fixture
def come_in(house, issuer):
    """Press the button as whom the issuer knows by a name, with what it says of them."""

    def coming(subject, **claims):
        httpx.put(f"{issuer}/users/{subject}", json=claims).raise_for_status()
        browser = httpx.Client(follow_redirects=True)
        button = re.search(r'href="([^"]+)">Sign in with single sign-on', browser.get(f"{house}/accounts/login/").text)
        asked = browser.get(urljoin(house, button.group(1).replace("&amp;", "&")))
        assert str(asked.url).startswith(issuer)
        assert "code_challenge_method=S256" in str(asked.url)
        return browser.post(asked.url, data={"sub": subject})

    return coming


def test_a_known_person_comes_in_and_is_linked_once(come_in):
    seen = come_in("ada-1", **ADA)
    assert (seen.status_code, seen.url.path) == (200, "/")
    assert "Harrow" in seen.text
    moved = come_in("ada-1", email="elsewhere@example.org", email_verified=True)
    assert "Harrow" in moved.text
    assert User.objects.count() == 1


def test_nobody_else_comes_in_and_nobody_is_made(come_in):
    for number, claims in enumerate(
        (
            {"email": "nobody@example.org", "email_verified": True},
            {"email": "ada@example.org", "email_verified": False},
            {"email": "ada@example.org", "email_verified": "false"},
            {"email": "ada@example.org"},
            {},
        )
    ):
        seen = come_in(f"stranger-{number}", **claims)
        assert seen.status_code == 403, claims
        assert "Nobody here is known by this sign-in" in seen.text
    assert User.objects.count() == 1


def test_an_address_that_passed_on_to_somebody_else_opens_nothing(come_in):
    assert come_in("ada-1", **ADA).status_code == 200
    assert come_in("successor", **ADA).status_code == 403


def test_without_settings_there_is_no_button_and_no_way(client, db):
    assert "single sign-on" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/oidc/single-sign-on/login/").status_code == 404


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"ISSUER": "https://id.example.org"}, "LEVEE_OIDC_ISSUER"),
        (
            {"ISSUER": "http://id.example.org", "CLIENT_ID": "levee", "CLIENT_SECRET_FILE": "secret"},
            "LEVEE_OIDC_ISSUER",
        ),
        (
            {"ISSUER": "https://id.example.org", "CLIENT_ID": "levee", "CLIENT_SECRET_FILE": "absent"},
            "LEVEE_OIDC_CLIENT_SECRET_FILE",
        ),
        (
            {"ISSUER": "https://id.example.org", "CLIENT_ID": "levee", "CLIENT_SECRET_FILE": "empty"},
            "LEVEE_OIDC_CLIENT_SECRET_FILE",
        ),
    ],
)
def test_a_half_or_unsafe_setting_is_refused_by_name(tmp_path, monkeypatch, given, place):
    (tmp_path / "secret").write_text("s")
    (tmp_path / "empty").write_text("\n")
    for name, value in given.items():
        monkeypatch.setenv(f"LEVEE_OIDC_{name}", str(tmp_path / value) if name == "CLIENT_SECRET_FILE" else value)
    with pytest.raises(UnsafeSetup) as refused:
        settings.__wrapped__()
    assert refused.value.place == place
