"""Webhooks, signed and over https, and feeds by secret addresses: real receivers, and checks that share no code."""

import datetime as dt
import hashlib
import hmac
import json
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from levee.alerts import selectors, services
from levee.alerts.types import DeliveryState
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.settings import settings
from subsystems.alerts.conftest import HARSH, MILD


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for the loopback, and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    start = dt.datetime.now(dt.UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Receiver:
    """An https server that keeps the calls it gets and answers as it is told."""

    def __init__(self, certificate):
        self.calls, self.answer, self.location = [], 204, ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((dict(self.headers), body))
                self.send_response(receiver.answer)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(certificate, monkeypatch, tmp_path):
    monkeypatch.setenv("LEVEE_WEBHOOK_NETWORKS", "127.0.0.0/8, ::1/128")
    monkeypatch.setenv("LEVEE_WEBHOOK_AUTHORITY", str(certificate))
    monkeypatch.setenv("LEVEE_DATA_FOLDER", str(tmp_path))
    settings.cache_clear()
    server = Receiver(certificate)
    yield server
    server.stop()
    monkeypatch.undo()
    settings.cache_clear()


def genuine(secret, headers, body, *, now):
    """What a receiver does, in its own few lines."""
    at = headers["Levee-Timestamp"]
    wanted = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v1={wanted}", headers["Levee-Signature"]) and abs(now.timestamp() - int(at)) <= 300


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
