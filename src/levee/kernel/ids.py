"""Random identities: 128 bits inside, typed Crockford base32 outside (`FND-…`).

The public id is the key itself in another spelling, so there is no second column to keep in step and nothing to count.
"""

from __future__ import annotations

import re
import secrets
from typing import Protocol
from uuid import UUID

from levee.kernel.errors import NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26  # 130 bits hold 128
_SHAPE = re.compile(rf"([A-Z]{{3}})-([{ALPHABET}]{{{_LENGTH}}})")


class Ids(Protocol):
    """Hands out fresh identities."""

    def new(self) -> UUID:
        """128 random bits."""


class RandomIds:
    """Identities from the operating system's randomness."""

    def new(self) -> UUID:
        """128 random bits."""
        return UUID(bytes=secrets.token_bytes(16))


def public_id(prefix: str, key: UUID) -> str:
    """Spell a key for people and APIs: three letters, a dash, 26 characters."""
    number = key.int
    digits = [ALPHABET[(number >> (5 * place)) & 31] for place in range(_LENGTH)]
    return f"{prefix}-{''.join(reversed(digits))}"


def parse_public_id(prefix: str, text: str) -> UUID:
    """Read a public id back.

    Raises:
        NotFound: for anything that is not a well-formed id with this prefix, so that shape tells nothing.
    """
    match = _SHAPE.fullmatch(text)
    if match is None or match[1] != prefix:
        raise NotFound("there is nothing here by that name")
    number = 0
    for digit in match[2]:
        number = number * 32 + ALPHABET.index(digit)
    if number >> 128:
        raise NotFound("there is nothing here by that name")
    return UUID(int=number)
