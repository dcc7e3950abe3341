"""Signing in with an authenticator and with a passkey, end to end; and the house without JavaScript."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta

import pytest
from django.core.cache import cache

from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.answers import Answer
from levee.findings import selectors as findings
from levee.notify import selectors as letters
from levee.policy.actors import OrganisationKind, Role
from support.browsing import PASSWORD, looking, serving, sign_in
from support.coordination import open_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CODE = re.compile(r"^  ([0-9A-Z]{10})$", re.MULTILINE)
KEY = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def member(real_world, chromium):
    """A person with an account."""
    organisation = real_world.organisation(OrganisationKind.FINDER, "Harrow")
    return real_world.actor(organisation, Role.MEMBER, Role.ADMIN, email="ada@example.org", name="Ada")


def sign_out(page):
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()


def confirm_password(page):
    """Asked again before a change, as whoever finds an open session must be."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button").last.click()


def totp(secret):
    """RFC 6238 with SHA-1, six digits, thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_an_authenticator_is_added_and_asked_for_at_the_next_sign_in(chromium, member):
    with serving() as address, looking(chromium, address) as page:
        sign_in(page)
        page.get_by_role("button", name="Sign out").wait_for()
        page.goto("/accounts/2fa/totp/activate/")
        confirm_password(page)
        secret = re.search(r"\b[A-Z2-7]{32}\b", page.content())[0]
        page.locator("#id_code").fill(totp(secret))
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(re.compile("recovery|2fa"))
        sign_out(page)
        cache.clear()  # a code is taken once; the next one comes in half a minute
        sign_in(page)
        page.locator("#id_code").fill("000000")
        page.locator("main form button[type=submit]").first.click()
        assert "/2fa/authenticate" in page.url
        page.locator("#id_code").fill(totp(secret))
        page.locator("main form button[type=submit]").first.click()
        page.get_by_role("heading", name="Overview").wait_for()
        assert page.complaints == []


def test_a_passkey_is_added_and_signs_in_by_itself(chromium, member):
    with serving() as address, looking(chromium, address) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        sign_in(page)
        page.get_by_role("button", name="Sign out").wait_for()
        page.goto("/accounts/2fa/webauthn/add/")
        confirm_password(page)
        page.locator("#id_name").fill("My key")
        if page.locator("#id_passwordless").count():
            page.locator("label[for=id_passwordless]").click()
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url(re.compile("/accounts/2fa/(webauthn/$|recovery)"))
        sign_out(page)
        page.locator("#passkey_login").click()
        page.get_by_role("heading", name="Overview").wait_for()
        assert page.complaints == []


def code_of(world, coordinator):
    texts = [each.text for each in letters.outbox(coordinator)]
    return next(found[1] for found in map(CODE.search, texts) if found)


def test_a_maintainer_answers_without_javascript(chromium, real_world):
    opened = open_for(real_world)
    locator = casework.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="left@example.org", because="it bundles the code"
    )
    with serving() as address, looking(chromium, address, java_script_enabled=False) as page:
        page.goto("/" + locator.split("/", 3)[3])
        page.get_by_label("The code from the letter").fill(code_of(real_world, opened.coordinator))
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Before you see anything").wait_for()
        page.get_by_label("Your name").fill("Ada Byron")
        real_world.clock.advance(timedelta(minutes=1))
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_text("is on its way").wait_for()
        page.get_by_label("Second code").fill(code_of(real_world, opened.coordinator))
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("link", name="Answer", exact=True).click()
        page.get_by_label("Answer").select_option("affected")
        page.get_by_label("Your name").fill("Ada Byron")
        real_world.clock.advance(timedelta(minutes=1))
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_text("is on its way").wait_for()
        assert page.get_by_label("Your name").input_value() == "Ada Byron"
        page.get_by_label("Second code").fill(code_of(real_world, opened.coordinator))
        page.get_by_role("button", name="Answer", exact=True).click()
        page.get_by_text("Your answer stands").wait_for()
    seats = cases.participants(opened.coordinator, opened.case)
    assert [each.answer for each in seats if each.name == "Left-pad"] == [Answer.AFFECTED]


def test_a_member_signs_in_hands_in_and_signs_out_without_javascript(chromium, member):
    finding = (
        '{"findings": [{"title": "t", "description": "d", "target": "npm:minimist@0.0.8", "key": "1", '
        '"provenance": {"tool": "harrow"}, "why_no_proof": "none at hand"}]}'
    )
    with serving() as address, looking(chromium, address, java_script_enabled=False) as page:
        sign_in(page)
        page.get_by_role("link", name="Findings").first.click()
        page.get_by_role("link", name="Hand findings in").click()
        page.get_by_label("or paste it").fill(finding)
        page.get_by_role("button", name="Hand in").click()
        page.get_by_text("1 taken in, 0 refused").wait_for()
        sign_out(page)
    assert findings.count(member) == 1
