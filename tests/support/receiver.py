"""An https server that webhooks call, and what a receiver checks, in its own few lines."""

import datetime as dt
import hashlib
import hmac
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


@pytest.fixture(scope="session")
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
    """A receiver on this machine, which Levee may call for the length of a test."""
    from levee.settings import settings

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
