"""Signed envelopes: what is signed names its kind, so that a signature under one kind never passes under another.

The shape is DSSE's (github.com/secure-systems-lab/dsse, version 1.0.2): a kind, a payload in canonical JSON, and
Ed25519 signatures (RFC 8032) over both.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levee.formats.strict_json import read_json
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LONGEST = 64 * 1024
"""An envelope over this many bytes is no statement."""


def name_of(key: Ed25519PublicKey) -> str:
    """A public key as text, `ed25519:` and 64 hexadecimal digits."""
    return f"ed25519:{key.public_bytes_raw().hex()}"


@lru_cache(256)
def key_named(text: str) -> Ed25519PublicKey:
    """The public key that a text names.

    Raises:
        BadInput: it names none.
    """
    kind, _, digits = text.partition(":")
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        raw = b""
    if kind != "ed25519" or len(raw) != 32 or digits != raw.hex():  # noqa: PLR2004 - bytes of such a key
        raise BadInput("a public key is ed25519: and 64 hexadecimal digits", place="/key")
    return Ed25519PublicKey.from_public_bytes(raw)


def signed_bytes(kind: str, payload: bytes) -> bytes:
    """What a signature is over: DSSE's encoding of a kind and a payload, which no other pair of them shares."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)


def sealed(kind: str, told: object, key: Ed25519PrivateKey) -> bytes:
    """An envelope around something that JSON holds, signed."""
    payload = canonical_json(told)
    signature = {
        "keyid": name_of(key.public_key()),
        "sig": base64.b64encode(key.sign(signed_bytes(kind, payload))).decode(),
    }
    return canonical_json(
        {"payloadType": kind, "payload": base64.b64encode(payload).decode(), "signatures": [signature]}
    )


def opened(envelope: bytes, trusted: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The kind and the payload of an envelope that one of the trusted keys signed.

    Raises:
        BadInput: it is no envelope, nobody trusted signed it, or its payload is no canonical JSON object.
    """
    if len(envelope) > LONGEST:
        raise BadInput("an envelope is shorter", place="/")
    match read_json(envelope):
        case {"payloadType": str(kind), "payload": str(text), "signatures": list(signatures), **more} if not more:
            payload = _bytes(text)
        case _:
            raise BadInput("an envelope holds payloadType, payload and signatures", place="/")
    keys = set(trusted)
    if not any(_holds(each, keys, signed_bytes(kind, payload)) for each in signatures):
        raise BadInput("no key that is trusted here signed it", code="statement.signature", place="/signatures")
    return kind, canonical_object(payload)


def canonical_object(payload: bytes) -> dict[str, Any]:
    """A JSON object in its one canonical spelling; BadInput for anything else."""
    found = read_json(payload)
    try:
        spelt = canonical_json(found)
    except TypeError:
        spelt = b""
    if not isinstance(found, dict) or spelt != payload:
        raise BadInput("a payload is a JSON object in canonical spelling", place="/payload")
    return found


def _holds(signature: object, trusted: set[str], message: bytes) -> bool:
    match signature:
        case {"keyid": str(name), "sig": str(text)} if name in trusted:
            try:
                key_named(name).verify(_bytes(text), message)
            except (InvalidSignature, BadInput):
                return False
            return True
        case _:
            return False


def _bytes(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("this is no base64", place="/payload") from None
    if base64.b64encode(found).decode() != text:  # bits that stand for nothing could be changed unseen
        raise BadInput("this base64 has another spelling than its own", place="/payload")
    return found
