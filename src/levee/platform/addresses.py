"""Where a fetch may go: https to public addresses; http and the own network only where the settings name the host.

The address that was checked is the one that is connected to, so that a name cannot change its mind in between.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from levee.kernel.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Route:
    """How to ask for an address: what to connect to, and the host's name for the certificate and the request."""

    url: str
    host: str
    server_name: str


def route(url: str, *, trusted: Collection[str], advice: str = "") -> Route:
    """Check an address and find the way to it.

    Args:
        url: absolute.
        trusted: host names that may be of the own network and may answer without TLS.
        advice: what to say about one that may not be asked.

    Raises:
        BadInput: not an address that is asked. Unavailable: the name leads nowhere.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadInput(f"{url[:80]!r} is no address", code="outside.address", place="url") from error
    if parts.username or parts.password:
        raise BadInput("an address holds no password", code="outside.address", place="url")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in trusted):
        raise BadInput(f"{url[:80]!r} is not https", code="outside.address", place="url", advice=advice)
    shown = f"{host}:{port}" if port else host
    if _by_proxy(parts.scheme, shown):
        return Route(url, shown, "")  # the proxy looks the name up and decides where it leads
    address = _resolved(host, port or (443 if parts.scheme == "https" else 80), trusted=host in trusted, advice=advice)
    literal = f"[{address}]" if ":" in address else address
    pinned = urlunsplit((parts.scheme, f"{literal}:{port}" if port else literal, parts.path or "/", parts.query, ""))
    return Route(pinned, shown, host)


def _by_proxy(scheme: str, host: str) -> bool:
    return scheme in getproxies() and not proxy_bypass(host)


def _resolved(host: str, port: int, *, trusted: bool, advice: str) -> str:
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"the name {host} leads nowhere", code="outside.unavailable", place=host) from error
    if not trusted and not all(_public(each) for each in found):
        raise BadInput(f"{host} leads into a private network", code="outside.address", place="url", advice=advice)
    return found[0]


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast
