"""Webhooks, signed and over https, and feeds by secret addresses: real receivers, and checks that share no code."""

import json
from datetime import timedelta

import pytest

from levee.alerts import selectors, services
from levee.alerts.types import DeliveryState
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.settings import settings
from subsystems.alerts.conftest import HARSH, MILD
from support.receiver import genuine


def test_a_call_is_signed_so_that_a_receiver_knows_it_and_no_other(fleet, receiver, clock):
    bank = fleet.operator("Bank", mail=False)
    secret = services.add_hook(bank, receiver.url).secret
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **HARSH))
    ((headers, body),) = receiver.calls
    assert genuine(secret, headers, body, now=clock.now())
    assert not genuine(secret, headers, body.replace(b"lodash", b"l0dash"), now=clock.now())
    assert not genuine("lvw_other", headers, body, now=clock.now())
    assert not genuine(secret, headers, body, now=clock.now() + timedelta(minutes=6))
    told = json.loads(body)
    (alert,) = told["alerts"]
    assert (alert["kind"], alert["urgent"]) == ("new", True)
    assert alert["reason"] == "CVE-2026-1 is about lodash, which your list shows on web-1."
    assert headers["Levee-Delivery"] == told["delivery"]


def test_machines_hear_at_once_of_what_people_hear_in_the_daily_mail(fleet, receiver):
    bank = fleet.operator("Bank")
    services.add_hook(bank, receiver.url)
    fleet.tell(fleet.advisory(**MILD))
    assert len(receiver.calls) == 1
    assert fleet.mails("Bank") == []


def test_a_call_that_fails_is_made_again_with_the_same_delivery_until_it_succeeds(fleet, receiver, clock):
    bank = fleet.operator("Bank", mail=False)
    services.add_hook(bank, receiver.url)
    receiver.answer = 503
    fleet.tell(fleet.advisory(**HARSH))
    (hook,) = selectors.hooks(bank)
    assert hook.failed_at == clock.now()
    receiver.answer = 204
    clock.advance(timedelta(seconds=10))
    fleet.post()
    (first, _), (second, _) = receiver.calls
    assert first["Levee-Delivery"] == second["Levee-Delivery"]
    assert first["Levee-Timestamp"] != second["Levee-Timestamp"]
    (hook,) = selectors.hooks(bank)
    assert (hook.failed_at, hook.paused) == (None, False)
    assert [(each.state, each.answer) for each in selectors.log(bank)] == [(DeliveryState.SENT, "204 No Content")]


def test_a_receiver_that_never_answers_is_given_up_for_everybody_to_see(fleet, receiver, clock):
    bank = fleet.operator("Bank", mail=False)
    services.add_hook(bank, receiver.url)
    receiver.answer = 500
    fleet.tell(fleet.advisory(**HARSH))
    while (entry := selectors.log(bank)[0]).state is not DeliveryState.FAILED:
        fleet.at(entry.not_before)
        fleet.post()
    assert len(receiver.calls) == 14
    (hook,) = selectors.hooks(bank)
    assert hook.paused
    fleet.tell(fleet.advisory("ADV-2", fixed="4.17.21", **HARSH))
    assert len(receiver.calls) == 14
    services.resume_hook(bank, hook.id)
    assert not selectors.hooks(bank)[0].paused


def test_a_redirect_is_not_followed(fleet, receiver):
    bank = fleet.operator("Bank", mail=False)
    services.add_hook(bank, receiver.url)
    receiver.answer, receiver.location = 307, receiver.url.replace("/hook", "/elsewhere")
    fleet.tell(fleet.advisory(**HARSH))
    assert len(receiver.calls) == 1


def test_a_removed_webhook_is_called_no_more(fleet, receiver):
    bank = fleet.operator("Bank", mail=False)
    services.add_hook(bank, receiver.url)
    fleet.publish(fleet.advisory(**HARSH))
    services.remove_hook(bank, selectors.hooks(bank)[0].id)
    fleet.post()
    assert receiver.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x",
        "https://",
        "ftp://hooks.example",
        "https://name:secret@hooks.example/",
        "https://127.0.0.1/",
        "https://10.1.2.3/hook",
        "https://[::1]/",
        "https://[::ffff:192.168.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://hooks.example:x/",
    ],
)
def test_only_https_to_public_addresses_is_taken(fleet, url):
    bank = fleet.operator("Bank", "")
    with pytest.raises(BadInput) as refused:
        services.add_hook(bank, url)
    assert refused.value.place == "url"


def test_a_name_that_leads_inside_is_not_called_either(fleet, receiver, monkeypatch):
    bank = fleet.operator("Bank", mail=False)
    services.add_hook(bank, receiver.url)
    monkeypatch.setenv("LEVEE_WEBHOOK_NETWORKS", "")
    settings.cache_clear()
    fleet.tell(fleet.advisory(**HARSH))
    assert receiver.calls == []
    (entry,) = selectors.log(bank)
    assert (entry.state, entry.answer) == (
        DeliveryState.FAILED,
        "localhost is an address inside a network, which is not called",
    )


def test_five_webhooks_are_enough(fleet):
    bank = fleet.operator("Bank", "")
    for number in range(5):
        services.add_hook(bank, f"https://hooks.example/{number}")
    with pytest.raises(Conflict):
        services.add_hook(bank, "https://hooks.example/6")


def test_a_feed_is_read_by_its_secret_until_it_is_revoked(fleet):
    bank, clinic = fleet.operator("Bank"), fleet.operator("Clinic", "")
    fleet.tell(fleet.advisory(**HARSH))
    made = services.add_feed_token(bank, "the screen in the hall")
    other = services.add_feed_token(clinic, "reader")
    organisation, told = selectors.feed(made.secret)
    assert organisation == bank.party
    assert told == selectors.alerts(bank)
    assert selectors.feed(other.secret) == (clinic.party, [])
    with pytest.raises(NotFound):
        services.revoke_feed_token(clinic, made.id)
    services.revoke_feed_token(bank, made.id)
    for secret in (made.secret, "lvf_guess", ""):
        with pytest.raises(NotFound):
            selectors.feed(secret)
    assert len(selectors.feed_tokens(bank)) == 1
