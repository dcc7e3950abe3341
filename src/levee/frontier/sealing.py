"""Sealing to both sides, so that whoever seals cannot read it again: age (age-encryption.org/v1) with X25519 keys.

A fresh key is made for each grant. Its public half seals; its private half exists only wrapped to the keys of both
sides. Whoever destroys every copy of the wrap makes all that was sealed to it unreadable, for the holders as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyrage

from levee.frontier.seals import seal_named, secret_bytes
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP = 64 << 10
"""What is sealed has a multiple of so many bytes, so that its length tells little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that nobody holds in the clear.

    Attributes:
        recipient: the public half, `age1…`.
        wrapped: the private half, sealed to those who may open.
    """

    recipient: str
    wrapped: bytes


def new_key(recipients: Iterable[str]) -> Key:
    """A fresh key that the holders of these open, each alone; its private half is dropped here.

    Raises:
        BadInput: one is no public key, or there is none.
    """
    holders = [_recipient(name) for name in recipients]
    if not holders:
        raise BadInput("a key is wrapped to at least one holder", place="/seal")
    made = pyrage.x25519.Identity.generate()
    return Key(recipient=str(made.to_public()), wrapped=pyrage.encrypt(str(made).encode(), holders))


def sealed(data: bytes, recipient: str) -> bytes:
    """Data that only the private half of a key opens."""
    return bytes(pyrage.encrypt(data, [_recipient(recipient)]))


def padded(data: bytes) -> bytes:
    """JSON with blanks after it up to the next size of sealed things; it reads as before."""
    return data.ljust(-(-len(data) // STEP) * STEP)


def opened(data: bytes, wrapped: bytes, identity: str) -> bytes:
    """What was sealed.

    Args:
        data: as `sealed` gave it.
        wrapped: the private half of the key that it was sealed to, as `new_key` wrapped it.
        identity: the private key of one holder, `AGE-SECRET-KEY-1…`.

    Raises:
        BadInput: the identity is none, or not of a holder; or what was sealed is damaged or sealed to another key.
    """
    return unsealed(data, unwrapped(wrapped, identity))


def unwrapped(wrapped: bytes, identity: str) -> str:
    """The private half of a wrapped key; BadInput as `opened` says."""
    found = _decrypted(wrapped, identity, "this key does not open the wrap, or the wrap is damaged", "wrap")
    try:
        secret_bytes(text := found.decode("ascii"))
    except (UnicodeDecodeError, BadInput):
        raise BadInput("what is wrapped here is no key", place="wrap") from None
    return text


def unsealed(data: bytes, identity: str) -> bytes:
    """What was sealed to a key, by its private half; BadInput where it is damaged or sealed to another."""
    return _decrypted(data, identity, "this is damaged, or was sealed to another key", "sealed")


def _decrypted(data: bytes, identity: str, message: str, place: str) -> bytes:
    secret_bytes(identity)
    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        raise BadInput(message, place=place) from None


def _recipient(name: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(seal_named(name))
    except pyrage.RecipientError:
        raise BadInput("this key cannot be sealed to", place="/seal") from None
