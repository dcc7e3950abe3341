"""What every way out for mail promises; the mail server is a real one on the loopback."""

import contextlib
import datetime as dt
import socketserver
import ssl
import threading
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from levee.kernel.clock import SimulatedClock
from levee.kernel.errors import BadInput, Unavailable, UnsafeSetup
from levee.kernel.ids import RandomIds
from levee.platform.mail import SUBJECT, FolderMail, SmtpMail, read_letter

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@dataclass
class MailServer:
    """A small SMTP server (RFC 5321), with STARTTLS (RFC 3207) where it is given a certificate."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    @contextlib.contextmanager
    def running(self):
        class Handler(socketserver.StreamRequestHandler):
            def handle(handler):  # noqa: N805 (the outer `self` is the server)
                with contextlib.suppress(OSError):
                    self._serve(handler.connection)

        with socketserver.ThreadingTCPServer((self.host, 0), Handler) as server:
            self.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, args=[0.01])
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def _serve(self, connection):
        connection.sendall(b"220 here\r\n")
        if self._talk(connection, encrypted=False) == "STARTTLS":
            with self.tls.wrap_socket(connection, server_side=True) as secured:
                self._talk(secured, encrypted=True)

    def _talk(self, connection, *, encrypted):
        with connection.makefile("rb") as lines:
            for line in lines:
                command = line.decode().strip()
                verb = command.split(":")[0].split()[0].upper()
                connection.sendall(self._answer(verb, command, encrypted=encrypted))
                if verb == "DATA":
                    self.received.append(b"".join(iter(lines.readline, b".\r\n")))
                    self.encrypted.append(encrypted)
                    connection.sendall(b"250 kept\r\n")
                if verb in {"QUIT", "STARTTLS"}:
                    return verb
        return ""

    def _answer(self, verb, command, *, encrypted):
        if verb == "EHLO" and self.tls and not encrypted:
            return b"250-here\r\n250 STARTTLS\r\n"
        if verb == "RCPT":
            address = command.split("<")[1].split(">")[0]
            return f"{self.refuse.get(address, '250 fine')}\r\n".encode()
        return {"STARTTLS": b"220 go\r\n", "DATA": b"354 go\r\n", "QUIT": b"221 bye\r\n"}.get(verb, b"250 fine\r\n")


def through(server: MailServer, **options) -> SmtpMail:
    clock = SimulatedClock(NOON)
    return SmtpMail(
        url=f"smtp://{server.host}:{server.port}", sender="house@example.org", clock=clock, ids=RandomIds(), **options
    )


@dataclass
class Way:
    mail: object
    arrived: object

    def wire(self) -> bytes:
        return self.arrived()[-1]


@pytest.fixture(params=["folder", "smtp"])
def way(request, tmp_path):
    if request.param == "folder":
        mail = FolderMail(folder=tmp_path, sender="house@example.org", clock=SimulatedClock(NOON), ids=RandomIds())
        yield Way(mail, lambda: [path.read_bytes() for path in tmp_path.glob("*.eml")])
        return
    with MailServer().running() as server:
        yield Way(through(server), lambda: server.received)


def test_a_letter_arrives_as_it_was_written(way):
    text = "A vendor's page waits for you.\nThe code is 12345.\n.\nÄ € ends here"
    sent = way.mail.send(to="maintainer@example.net", text=text)
    letter = read_letter(way.wire())
    assert (letter.id, letter.to, letter.text, letter.sent_at) == (sent, "maintainer@example.net", text, NOON)


def test_headers_hold_nothing_but_the_address_the_time_and_a_random_id(way):
    sent = way.mail.send(to="m@example.net", text="CAS-1234 is about libfoo")
    message = message_from_bytes(way.wire(), policy=policy.default)
    assert {name.lower(): str(value) for name, value in message.items()} == {
        "from": "house@example.org",
        "to": "m@example.net",
        "subject": SUBJECT,
        "date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "message-id": f"<{sent.hex}@example.org>",
        "reply-to": f"house+{sent.hex}@example.org",
        "auto-submitted": "auto-generated",
        "mime-version": "1.0",
        "content-type": 'text/plain; charset="utf-8"',
        "content-transfer-encoding": "base64",
    }


def test_letters_of_different_length_have_one_size(way):
    sizes = set()
    for text in ("short", "a longer one " * 200, "line\n" * 50, "Ä" * 1000, "x" * 4094):
        way.mail.send(to="m@example.net", text=text)
        sizes |= {len(raw) for raw in way.arrived()}
    assert len(sizes) == 1
    way.mail.send(to="m@example.net", text="x" * 4095)
    assert len({len(raw) for raw in way.arrived()}) == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b\nBcc: all@example.org",
        "a@b, c@d",
        "<a@b>",
        "Name <a@b.org>",
        "a..b@c.org",
        "ä@c.org",
        "a@c.org ",
        "a@" + "c" * 300,
    ],
)
def test_what_is_no_address_is_refused_and_nothing_leaves(way, address):
    with pytest.raises(BadInput):
        way.mail.send(to=address, text="hello")
    assert not way.arrived()


def test_kept_letters_are_private_and_in_order(tmp_path):
    mail = FolderMail(folder=tmp_path / "out", sender="house@example.org", clock=SimulatedClock(NOON), ids=RandomIds())
    sent = [mail.send(to="m@example.net", text=f"number {number}") for number in range(5)]
    assert [letter.id for letter in mail.letters()] == sent
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "out").iterdir())


def test_an_address_refused_for_good_is_bad_input_and_one_refused_for_now_is_tried_again():
    refuse = {"gone@example.net": "550 no such person", "full@example.net": "452 full"}
    with MailServer(refuse=refuse).running() as server:
        with pytest.raises(BadInput):
            through(server).send(to="gone@example.net", text="hello")
        with pytest.raises(Unavailable):
            through(server).send(to="full@example.net", text="hello")
        assert not server.received


def test_a_server_that_is_not_there_is_unavailable():
    with MailServer().running() as server:
        mail = through(server)
    with pytest.raises(Unavailable):
        mail.send(to="m@example.net", text="hello")


@pytest.mark.parametrize("url", ["", "example.org", "http://example.org", "smtp://"])
def test_what_is_no_address_of_a_server_is_named(url):
    mail = SmtpMail(url=url, sender="house@example.org", clock=SimulatedClock(NOON), ids=RandomIds())
    with pytest.raises(UnsafeSetup):
        mail.send(to="m@example.net", text="hello")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.2"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
def test_mail_leaves_the_machine_encrypted_or_not_at_all(certificate):
    with MailServer(host="127.0.0.2").running() as server:  # an address that is not one of the loopback's names
        with pytest.raises(UnsafeSetup):
            through(server).send(to="m@example.net", text="hello")
        assert not server.received
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with MailServer(host="127.0.0.2", tls=context).running() as server:
        trusting = ssl.create_default_context(cafile=certificate)
        through(server, tls=trusting).send(to="m@example.net", text="hello")
        assert server.encrypted == [True]
        with pytest.raises(Unavailable):  # a certificate that nobody vouches for
            through(server).send(to="m@example.net", text="hello")
        with pytest.raises(Unavailable):  # a sign-in that the server does not offer
            replace(through(server, tls=trusting), url=f"smtp://me@127.0.0.2:{server.port}", password="x").send(
                to="m@example.net", text="hello"
            )
        assert len(server.received) == 1
