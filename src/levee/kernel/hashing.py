"""Digests and the one canonical JSON spelling that they are taken of."""

from __future__ import annotations

import hashlib
import hmac
import json


def sha256(data: bytes) -> bytes:
    """The 32-byte SHA-256 digest (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


def keyed_digest(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104): equal data under different keys cannot be recognised as equal."""
    return hmac.new(key, data, hashlib.sha256).digest()


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8 and no floating-point numbers.

    Raises:
        TypeError: for a float or anything that JSON does not hold.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        message = "a float has no canonical spelling here: write it as text or as an integer of a named unit"
        raise TypeError(message)
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                message = "keys of canonical JSON are text"
                raise TypeError(message)
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
