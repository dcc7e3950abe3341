"""DKIM (RFC 6376): whether the domain of an address signed a letter. Keys are handed in; nothing is looked up here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SIGNATURES = 5
SMALLEST_KEY = 1024
"""In bits (RFC 8301 section 3.2)."""
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?){0,5}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}")


def key_names(raw: bytes, domain: str) -> Sequence[str]:
    """Where the keys stand under which a domain signed a letter, as names in DNS; of other domains' signatures none.

    A signature over a part of the text is none, nor is one by an algorithm that is broken (RFC 8301).
    """
    return list(dict.fromkeys(name for _, name in _signatures(raw, domain)))[:MOST_SIGNATURES]


def is_signed(raw: bytes, domain: str, keys: Mapping[str, bytes]) -> bool:
    """Whether a signature of this very domain holds over the whole letter and its one `From`.

    Args:
        raw: the letter as it arrived.
        domain: the one that has to have signed.
        keys: by name, as DNS gave them.
    """
    import dkim  # noqa: PLC0415 - in a runner alone

    def look_up(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001 - as the library calls it
        return keys.get(name.decode("ascii", "replace").rstrip(".").lower())

    for place, name in _signatures(raw, domain)[:MOST_SIGNATURES]:
        if name not in keys:
            continue
        try:
            letter = dkim.DKIM(raw, minkey=SMALLEST_KEY)
            if sum(field.lower() == b"from" for field, _ in letter.headers) == 1 and letter.verify(place, look_up):
                return True
        except (dkim.DKIMException, ValueError, TypeError, LookupError, ArithmeticError):
            continue  # this one does not hold; another may
    return False


def _signatures(raw: bytes, domain: str) -> list[tuple[int, str]]:
    """The place of each signature of the domain, and the name of its key."""
    import dkim  # noqa: PLC0415 - in a runner alone
    from dkim.util import InvalidTagValueList, parse_tag_value  # noqa: PLC0415 - the same

    if not _DOMAIN.fullmatch(domain):
        return []
    try:
        headers, _ = dkim.rfc822_parse(raw)
    except (dkim.DKIMException, LookupError):  # the latter: it begins with a blank
        return []
    found = []
    signatures = [value for name, value in headers if name.lower() == b"dkim-signature"]
    for place, value in enumerate(signatures[: 4 * MOST_SIGNATURES]):
        try:
            tags = parse_tag_value(value)
        except InvalidTagValueList:
            continue
        by = tags.get(b"d", b"").decode("ascii", "replace").strip().lower()
        selector = tags.get(b"s", b"").decode("ascii", "replace").strip().lower()
        whole = b"l" not in tags and tags.get(b"a", b"").strip().lower() in _ALGORITHMS
        if whole and by == domain and _SELECTOR.fullmatch(selector):
            found.append((place, f"{selector}._domainkey.{by}"))
    return found
