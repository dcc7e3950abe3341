"""Tokens that say what their bearer may do, and the proof with each call that the bearer is who the token is for.

A token alone opens nothing: every call carries a signature of the client's key over method, path, digest of the body,
the time, a nonce and the token itself. Whatever is wrong, the refusal is one and the same.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import InvalidSignature

from levee.frontier.envelopes import canonical_object, key_named, name_of, signed_bytes
from levee.frontier.statements import (
    MOST,
    SKEW,
    Operation,
    agreement_named,
    client_named,
    handle_named,
    operations_named,
)
from levee.kernel.errors import BadInput, LeveeError, NotSignedIn
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.frontier.statements import Grant

TOKEN = "application/vnd.levee.frontier.token.v1+json"  # noqa: S105 - the name of a kind
PROOF = "application/vnd.levee.frontier.proof.v1+json"
LONGEST = 4096
"""A token or a proof with more characters is none."""

_PREFIX = "levee1"
_PROOF = re.compile(r"time=([1-9][0-9]{0,15}); nonce=([0-9a-f]{32}); signature=([A-Za-z0-9_-]{86})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a token gives, at most; the grant that it names may give less by now."""

    grant: str
    agreement: str
    purpose: str
    model: str
    operations: frozenset[Operation]
    client: str
    expires: int

    def within(self, grant: Grant) -> bool:
        """Whether it gives nothing that the grant does not."""
        same = ("agreement", "purpose", "model", "client")
        return (
            self.grant == grant.id
            and all(getattr(self, name) == getattr(grant, name) for name in same)
            and self.operations <= grant.operations
            and self.expires <= grant.expires
        )

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        plain = {name: getattr(self, name) for name in ("grant", "agreement", "purpose", "model", "client", "expires")}
        return {**plain, "operations": sorted(each.value for each in self.operations)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a call comes from the holder of a key, once.

    Attributes:
        time: of the client's clock, in seconds. nonce: 32 hexadecimal digits, never used twice.
    """

    time: int
    nonce: str

    @property
    def until(self) -> int:
        """The last instant at which it is taken, and so how long its nonce is to be remembered."""
        return self.time + SKEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a proof is over."""

    method: str
    path: str
    body: bytes


class Tokens(Protocol):
    """Reads tokens; another kind of them goes behind the same method."""

    def opened(self, text: str, now: int) -> Capability:
        """What a token gives; NotSignedIn for whatever is not good at this instant."""


def refusal() -> NotSignedIn:
    """The one refusal of tokens and proofs."""
    return NotSignedIn("no grant was shown that opens this")


class SignedTokens:
    """Tokens signed by one of the keys that a gateway trusts."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = frozenset(trusted)

    def opened(self, text: str, now: int) -> Capability:
        """What a token gives; NotSignedIn for one that is no token, of another signer, or expired."""
        try:
            prefix, payload, signer, signature = text[:LONGEST].split(".")
            capability = _given(payload, signer, signature) if signer in self._trusted else None
        except (ValueError, InvalidSignature, LeveeError):
            raise refusal() from None
        if capability is None or prefix != _PREFIX or now >= capability.expires:
            raise refusal()
        return capability


@lru_cache(256)
def _given(payload: str, signer: str, signature: str) -> Capability:
    """What a token gives by its signer's word, worked out once for each; refused by an error where it does not hold."""
    told = _bytes(payload)
    key_named(signer).verify(_bytes(signature), signed_bytes(TOKEN, told))
    return _read(canonical_object(told))


def issue(capability: Capability, key: Ed25519PrivateKey) -> str:
    """A token of what is given, in characters that a header holds."""
    payload = canonical_json(capability.told())
    signature = key.sign(signed_bytes(TOKEN, payload))
    return ".".join((_PREFIX, _text(payload), name_of(key.public_key()), _text(signature)))


def prove(call: Call, token: str, key: Ed25519PrivateKey, proof: Proof) -> str:
    """The header that shows that the holder of the key makes this call, now."""
    signature = key.sign(_proven(call, token, proof))
    return f"time={proof.time}; nonce={proof.nonce}; signature={_text(signature)}"


def proven(header: str, call: Call, token: str, client: str, now: int) -> Proof:
    """The proof in a header; whether its nonce is new is left to who remembers nonces.

    Raises:
        NotSignedIn: it is none, of another client or call, or its time is further off than clocks may be.
    """
    found = _PROOF.fullmatch(header)
    if found is None:
        raise refusal()
    proof = Proof(time=int(found[1]), nonce=found[2])
    try:
        key_named(client).verify(_bytes(found[3]), _proven(call, token, proof))
    except (InvalidSignature, BadInput, ValueError):
        raise refusal() from None
    if abs(now - proof.time) > SKEW:
        raise refusal()
    return proof


def _proven(call: Call, token: str, proof: Proof) -> bytes:
    told = {
        "method": call.method,
        "path": call.path,
        "body": sha256(call.body).hex(),
        "token": sha256(token.encode()).hex(),
        "time": proof.time,
        "nonce": proof.nonce,
    }
    return signed_bytes(PROOF, canonical_json(told))


def _read(told: dict[str, Any]) -> Capability:
    names = {"grant", "agreement", "purpose", "model", "operations", "client", "expires"}
    if told.keys() != names:
        raise BadInput("a token says exactly what it gives", place="/")
    expires = told["expires"]
    if isinstance(expires, bool) or not isinstance(expires, int) or not 1 <= expires <= MOST:
        raise BadInput("this is an instant", place="/expires")
    return Capability(
        grant=handle_named(told["grant"], "grant"),
        agreement=agreement_named(told["agreement"]),
        purpose=handle_named(told["purpose"], "purpose"),
        model=handle_named(told["model"], "model"),
        operations=operations_named(told["operations"]),
        client=client_named(told["client"]),
        expires=expires,
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
