"""Keys under which domains sign their mail, as DNS gives them (RFC 6376 section 3.6.2)."""

from __future__ import annotations

import logging

SECONDS = 5.0
LONGEST_KEY = 4096

_log = logging.getLogger(__name__)


def look_up_key(name: str) -> bytes | None:
    """The text under a name; None where there is none, several, or nobody answers in time."""
    import dns.exception  # noqa: PLC0415 - only where a letter bears a signature
    import dns.resolver  # noqa: PLC0415 - the same

    try:
        found = list(dns.resolver.resolve(name, "TXT", lifetime=SECONDS))
    except (dns.exception.DNSException, OSError):
        _log.info("no key of a mail's signature was found")
        return None
    key = b"".join(found[0].strings) if len(found) == 1 else b""
    return key if 0 < len(key) <= LONGEST_KEY else None
