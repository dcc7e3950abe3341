"""Both sides sign the same words; who has not signed is bound by nothing."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from levee.formats.strict_json import read_json
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.envelopes import name_of, opened, sealed
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.hashing import canonical_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.frontier.agreements.terms import Agreement, Party

KIND = "application/vnd.levee.frontier.agreement.v1+json"


def offer(agreement: Agreement, key: Ed25519PrivateKey) -> bytes:
    """The agreement in an envelope, signed by one side.

    Raises:
        BadInput: the key is of neither side.
    """
    if name_of(key.public_key()) not in {agreement.developer.key, agreement.evaluator.key}:
        raise BadInput("this key is of neither side of the agreement", place="key")
    return sealed(KIND, agreement.told(), key)


def countersign(envelope: bytes, key: Ed25519PrivateKey) -> bytes:
    """The same envelope with the other side's signature beside the first.

    Raises:
        BadInput: it is no signed agreement, or the key is of neither side. Conflict: this side has signed.
    """
    agreement = read_signed(envelope)
    if name_of(key.public_key()) in {each.key for each in signed_by(envelope)}:
        raise Conflict("this side has signed it already", code="agreement.signed")
    told, added = json.loads(envelope), json.loads(offer(agreement, key))
    return canonical_json({**told, "signatures": [*told["signatures"], *added["signatures"]]})


def read_signed(envelope: bytes) -> Agreement:
    """The agreement in an envelope that at least one of its sides signed.

    Raises:
        BadInput: it is none, or neither side signed it; or its terms cannot stand.
    """
    agreement = _inside(envelope)
    if not signed_by(envelope):
        raise BadInput("neither side has signed it", code="agreement.unsigned", place="/signatures")
    return agreement


def signed_by(envelope: bytes) -> tuple[Party, ...]:
    """The sides whose signature holds; the agreement binds once it is both."""
    agreement = _inside(envelope)
    return tuple(party for party in (agreement.developer, agreement.evaluator) if _signed(envelope, party.key))


def _inside(envelope: bytes) -> Agreement:
    match read_json(envelope):
        case {"payloadType": str(kind), "payload": str(text)} if kind == KIND:
            try:
                payload = base64.b64decode(text, validate=True)
            except ValueError as error:
                raise BadInput("this is no agreement in canonical JSON", place="/payload") from error
            return read_agreement(read_json(payload))
        case _:
            raise BadInput("this is no signed agreement", place="/payloadType")


def _signed(envelope: bytes, key: str) -> bool:
    try:
        opened(envelope, [key])
    except BadInput:
        return False
    return True
