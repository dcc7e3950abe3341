"""Looks at every byte of every store, opens whatever any key that is found opens, and counts what can be read.

That canaries are not in sealed bytes proves nothing. So keys are looked for first: private keys in text, and
wrapped ones that those open, again and again until no new one comes. With all of them everything sealed is tried.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pyrage

from levee.frontier.deletion.canaries import PATTERN
from levee.frontier.deletion.views import files, views
from levee.frontier.seals import secret_bytes
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAGIC = b"age-encryption.org/v1\n"
_ENCODED = base64.b64encode(MAGIC[:21]).rstrip(b"=")
"""How every age file in base64 begins."""
_BASE64 = re.compile(re.escape(_ENCODED) + rb"[A-Za-z0-9+/\r\n]*={0,2}")
_IDENTITY = re.compile(rb"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", re.IGNORECASE)
_MAC = re.compile(rb"\n--- [A-Za-z0-9+/]{43}\n")
_WRAPPED = 16 + 74 + 16
"""Bytes of a wrapped key after its header: a nonce, the key in text, and its tag."""

_HEAD_OPENED = "decryption error"
"""What age's library says where a key opens the head, and what comes after it is not what was sealed."""


@dataclass(slots=True)
class Place:
    """One store as it was swept."""

    name: str
    files: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Swept:
    """What was looked at, and what can be read.

    Attributes:
        places: all stores.
        unread: files of which no byte was looked at, with why.
        unopened: files that were looked at as bytes alone, with why.
        keys: private keys that were found or given; secret. unwrapped: those that came out of a wrap; secret.
        wraps: how many wrapped keys some key opens.
        opened: among pieces that look sealed, how many some key opens, though bytes after them, or a missing end, may
            keep the sweep itself from reading them. sealed: how many there are.
        clear: how often bytes of a private key that is being looked for lie about.
        canaries: those that can be read.
    """

    places: list[Place] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    unopened: dict[str, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set, repr=False)
    unwrapped: set[str] = field(default_factory=set, repr=False)
    wraps: int = 0
    sealed: int = 0
    opened: int = 0
    clear: int = 0
    canaries: set[bytes] = field(default_factory=set)


def sweep(
    places: Iterable[Path],
    *,
    keys: Iterable[str] = (),
    canaries: frozenset[bytes] = frozenset(),
    gone: Iterable[str] = (),
) -> Swept:
    """Look at every file below some places.

    Args:
        places: files and folders; a file that lies in two is looked at twice.
        keys: private keys to try beside those that are found, `AGE-SECRET-KEY-1…`.
        canaries: what is looked for.
        gone: private keys that should be nowhere, in text or as bytes.
    """
    stores = list(places)
    found = Swept(keys=set(keys))
    _find_keys(stores, found)
    wanted = [spelt for key in gone for spelt in _spellings(key)]
    for store in stores:
        place = Place(name=store.name or str(store))
        found.places.append(place)
        for path in files(store):
            place.files += 1
            place.bytes += path.stat().st_size
            for view in _seen(path, found):
                _look(view, found, canaries)
                found.clear += sum(view.count(each) for each in wanted)
                for data in _sealed(view):
                    found.sealed += 1
                    if _opens(data, found.keys):
                        found.opened += 1
                        _look(_opened(data, found.keys) or b"", found, canaries)
    return found


def _find_keys(stores: Iterable[Path], found: Swept) -> None:
    wraps: set[bytes] = set()
    for store in stores:
        for path in files(store):
            for view in _seen(path, found):
                found.keys |= _identities(view)
                for data in (view, *_decoded(view)):
                    wraps.update(wraps_in(data))
    fresh = True
    while fresh:
        inside = [_identities(_opened(wrap, found.keys) or b"") for wrap in wraps]
        more = set[str]().union(*inside)
        fresh = not more <= found.keys
        found.wraps = sum(bool(each) for each in inside)
        found.unwrapped |= more
        found.keys |= more


def _seen(path: Path, found: Swept) -> Iterator[bytes]:
    return views(path, found.unread, found.unopened)


def _look(data: bytes, found: Swept, canaries: frozenset[bytes]) -> None:
    found.canaries.update(canaries.intersection(PATTERN.findall(data)))


def _identities(data: bytes) -> set[str]:
    return {text for each in _IDENTITY.findall(data) if _is_key(text := each.decode().upper())}


def _is_key(text: str) -> bool:
    try:
        secret_bytes(text)
    except BadInput:
        return False
    return True


def _spellings(key: str) -> Iterator[bytes]:
    """A private key as it could lie about."""
    raw = secret_bytes(key)
    yield from (key.encode(), raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="))


def _sealed(view: bytes) -> Iterator[bytes]:
    """What is sealed in some bytes, each up to the next or the end."""
    for data in (view, *_decoded(view)):
        starts = [found.start() for found in re.finditer(re.escape(MAGIC), data)]
        for start, end in pairwise([*starts, len(data)]):
            yield data[start:end]


def _decoded(view: bytes) -> Iterator[bytes]:
    for each in _BASE64.findall(view):
        text = each.replace(b"\r", b"").replace(b"\n", b"").rstrip(b"=")
        with_padding = text + b"=" * (-len(text) % 4)
        try:
            yield base64.b64decode(with_padding)
        except binascii.Error:
            continue


def wraps_in(data: bytes) -> Iterator[bytes]:
    """Whatever has the length of a wrapped key, wherever in some bytes it begins."""
    for found in re.finditer(re.escape(MAGIC), data):
        mac = _MAC.search(data, found.start(), found.start() + 4096)
        if mac is not None:
            yield data[found.start() : mac.end() + _WRAPPED]


def _opens(data: bytes, keys: Iterable[str]) -> bool:
    """Whether some key opens the head of what is sealed: with nothing true after it, only that much is said."""
    mac = _MAC.search(data, 0, 4096)
    identities = [pyrage.x25519.Identity.from_str(key) for key in keys]
    if mac is None or not identities:
        return False
    try:
        pyrage.decrypt(data[: mac.end()] + bytes(32), identities)
    except pyrage.DecryptError as error:
        return str(error) == _HEAD_OPENED
    return True


def _opened(data: bytes, keys: Iterable[str]) -> bytes | None:
    identities = [pyrage.x25519.Identity.from_str(key) for key in keys]
    try:
        return bytes(pyrage.decrypt(data, identities)) if identities else None
    except pyrage.DecryptError:
        return None
