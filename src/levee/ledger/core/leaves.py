"""What one entry of a log commits to: a salted digest per field, so that shredding one leaves the proof whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.hashing import canonical_json, sha256
from levee.ledger.core.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT = 16


def commit(salt: bytes, value: object) -> str:
    """The commitment to one field, H(salt || canonical JSON), as 64 hexadecimal digits.

    Raises:
        ValueError: the salt is not 16 bytes; a fixed length keeps salt and value apart.
        TypeError: the value has no canonical JSON.
    """
    if len(salt) != SALT:
        message = f"a salt is {SALT} bytes"
        raise ValueError(message)
    return sha256(salt + canonical_json(value)).hex()


def commitments(fields: Mapping[str, object], salts: Mapping[str, bytes]) -> dict[str, str]:
    """Commitments to every field, each under its own salt. Raises KeyError for a field without a salt."""
    return {name: commit(salts[name], value) for name, value in fields.items()}


def leaf_of(committed: Mapping[str, str]) -> bytes:
    """The 32-byte leaf hash over the commitments of one entry."""
    return leaf_hash(canonical_json(dict(committed)))


def opens(committed: Mapping[str, str], name: str, salt: bytes, value: object) -> bool:
    """Whether salt and value are what the entry committed to under this name."""
    return len(salt) == SALT and committed.get(name) == commit(salt, value)


def chain_start(log: str) -> bytes:
    """The link before a log's first entry; bound to the log's name, so that entries of one log never fit another."""
    return sha256(b"\x03" + log.encode())


def chain(previous: bytes, leaf: bytes) -> bytes:
    """The link of an entry, H(0x02 || previous link || leaf hash)."""
    return sha256(b"\x02" + previous + leaf)
