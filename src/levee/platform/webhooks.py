"""Calling webhooks: signed, over https, to public addresses, never where a redirect leads.

A call carries `Levee-Timestamp` (seconds since 1970), `Levee-Delivery` (the same for every try of one delivery) and
`Levee-Signature: v1=` with the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body as it is. A
receiver refuses a timestamp that is more than five minutes away, and a delivery that it took before.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

from levee.kernel.errors import BadInput, Unavailable
from levee.kernel.ids import public_id
from levee.platform.files import kept_secret
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

REPLAY_WINDOW_SECONDS: Final = 300
LONGEST_URL = 1000
TIMEOUT_SECONDS = 10
MOST_TRIES = 14
"""With the waits of `next_try`: given up after about eight hours."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=2)
_MOST_ANSWER = 300
_HTTPS = 443


def secret_of(webhook: bytes) -> str:
    """The secret of a webhook: it follows from a key on this machine, so the database does not hold it.

    Args:
        webhook: what it follows from besides, of one webhook alone: another such value is another secret.
    """
    key = kept_secret(settings().data_folder / "keys" / "webhooks", lambda: secrets.token_bytes(32))
    return "lvw_" + hmac.new(key, webhook, hashlib.sha256).hexdigest()


def next_try(now: datetime, attempts: int) -> datetime:
    """When to try again after so many attempts: ten seconds, then twice as long each time, two hours at most."""
    return now + min(FIRST_WAIT * (1 << max(0, attempts - 1)), LONGEST_WAIT)


def signature(secret: str, timestamp: int, body: str) -> str:
    """What stands in `Levee-Signature`."""
    said = f"{timestamp}.{body}".encode()
    return "v1=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def checked(url: str) -> str:
    """An address that may be called.

    Raises:
        BadInput: it is no https address, or one that names a private place.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise BadInput("this is no address", place="url", advice="Write https://host/path.") from error
    if parts.scheme != "https" or not parts.hostname or len(url) > LONGEST_URL or (port is not None and not port):
        raise BadInput("a webhook is an https address", place="url", advice="Write https://host/path.")
    if parts.username or parts.password:
        raise BadInput("a webhook's address holds no password", place="url", advice="Calls are signed instead.")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return url.strip()
    if not _allowed(str(literal)):
        raise _private(parts.hostname)
    return url.strip()


def call(url: str, delivery: UUID, body: str, *, secret: str, now: datetime) -> str:
    """Make one call.

    Args:
        url: where to.
        delivery: the key of what is delivered, the same for every try.
        body: a JSON document.
        secret: signs it.
        now: the instant of this try.

    Returns:
        What the receiver answered, in a few words.

    Raises:
        BadInput: the address may not be called. Unavailable: it did not answer with 2xx.
    """
    parts = urlsplit(checked(url))
    host, port, at = str(parts.hostname), parts.port or _HTTPS, int(now.timestamp())
    target = httpx.URL(url).copy_with(host=_resolved(host, port))  # the very address that was looked at
    headers = {
        "Host": host if port == _HTTPS else f"{host}:{port}",
        "Content-Type": "application/json",
        "User-Agent": "Levee",
        "Levee-Delivery": public_id("DLV", delivery),
        "Levee-Timestamp": str(at),
        "Levee-Signature": signature(secret, at, body),
    }
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, verify=_trusted()) as client,
            client.stream(
                "POST", target, content=body.encode(), headers=headers, extensions={"sni_hostname": host}
            ) as answer,
        ):
            status = f"{answer.status_code} {answer.reason_phrase}"[:_MOST_ANSWER]
    except (httpx.HTTPError, OSError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}"[:_MOST_ANSWER]) from error
    if not answer.is_success:
        raise Unavailable(status)
    return status


def _trusted() -> ssl.SSLContext:
    authority = settings().webhook_authority
    return ssl.create_default_context(cafile=str(authority) if authority else None)


def _resolved(host: str, port: int) -> str:
    """An address of the host that may be called; every one of them is looked at."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"{host} is not known: {error}") from error
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(_allowed(each) for each in addresses):
        raise _private(host)
    return addresses[0]


def _allowed(address: str) -> bool:
    there = ipaddress.ip_address(address.partition("%")[0])
    plain = getattr(there, "ipv4_mapped", None) or there
    return plain.is_global or any(plain in network for network in _networks() if network.version == plain.version)


def _networks() -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(each.strip()) for each in settings().webhook_networks.split(",") if each.strip()]


def _private(host: str) -> BadInput:
    return BadInput(
        f"{host} is an address inside a network, which is not called",
        place="url",
        advice="Whoever runs Levee may allow a network in LEVEE_WEBHOOK_NETWORKS.",
    )
