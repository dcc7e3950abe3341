"""Keys that transcripts are sealed to, as age spells them: X25519 in bech32 (BIP 173), read without age's own library.

A mistyped key would seal to nobody, so the checksum is held wherever such a key is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PUBLIC, SECRET = "age", "age-secret-key-"
LENGTH = 32
"""Bytes of either half."""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6


def seal_named(text: str) -> str:
    """A public key by its name, `age1…`; BadInput for anything else."""
    if _data(PUBLIC, text) is None:
        raise BadInput("a key to seal to is age1 and 58 letters and digits", place="/seal")
    return text


def secret_bytes(text: str) -> bytes:
    """The 32 bytes of a private key, `AGE-SECRET-KEY-1…`; BadInput for anything else."""
    data = _data(SECRET, text.lower()) if text == text.upper() else None
    if data is None:
        raise BadInput("a private key is AGE-SECRET-KEY-1 and 58 letters and digits", place="/key")
    return data


def new_pair() -> tuple[str, str]:
    """A fresh key: its public name, and its private half as text."""
    made = X25519PrivateKey.generate()
    return _spelt(PUBLIC, made.public_key().public_bytes_raw()), _spelt(SECRET, made.private_bytes_raw()).upper()


def _spelt(kind: str, data: bytes) -> str:
    values = list(_regrouped(data, 8, 5))
    rest = _polymod((*_expanded(kind), *values, *[0] * _CHECKSUM)) ^ 1
    values += [rest >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    return f"{kind}1{''.join(_ALPHABET[value] for value in values)}"


def _data(kind: str, text: str) -> bytes | None:
    """The 32 bytes that a text of a kind spells; none where it is not exactly such a text."""
    if not text.startswith(f"{kind}1") or set(text[len(kind) + 1 :]) - set(_ALPHABET):
        return None
    values = [_ALPHABET.index(letter) for letter in text[len(kind) + 1 :]]
    if _polymod((*_expanded(kind), *values)) != 1:
        return None
    data = bytes(_regrouped(values[:-_CHECKSUM], 5, 8))[:LENGTH]
    return data if len(data) == LENGTH and _spelt(kind, data) == text else None


def _expanded(kind: str) -> Iterator[int]:
    yield from (ord(letter) >> 5 for letter in kind)
    yield 0
    yield from (ord(letter) & 31 for letter in kind)


def _polymod(values: Iterable[int]) -> int:
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for place, word in enumerate(_GENERATOR):
            if top >> place & 1:
                rest ^= word
    return rest


def _regrouped(values: Iterable[int], size: int, into: int) -> Iterator[int]:
    """The same bits in groups of another size, the last one filled up with zeros."""
    held = bits = 0
    for value in values:
        held, bits = held << size | value, bits + size
        while bits >= into:
            bits -= into
            yield held >> bits & (1 << into) - 1
    if bits and into < size:
        yield held << into - bits & (1 << into) - 1
