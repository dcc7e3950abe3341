"""Signed statements of a log's size and root, in the form of C2SP tlog-checkpoint and signed-note.

The body is the origin (which log of which house), the size, the root in base64 and one extension line with the instant,
rounded by whoever writes it. Signatures are Ed25519 (RFC 8032) over the body.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levee.kernel.errors import BadInput
from levee.kernel.hashing import sha256
from levee.ledger.core.anchors import INSTANT, spell
from levee.ledger.core.merkle import DIGEST

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"
_BODY = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"at (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n",
    re.ASCII,
)
_SIGNATURE = re.compile(r"\u2014 (?P<name>\S+) (?P<signature>[A-Za-z0-9+/]+=*)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log was at an instant.

    Args:
        origin: the name of the log, one line.
        size: number of leaves.
        root: 32 bytes.
        at: instant with zone, to the second; callers round it to the tick or hour that readers may know.
    """

    origin: str
    size: int
    root: bytes
    at: datetime

    def body(self) -> str:
        """The text that is signed; ends in a line break."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nat {spell(self.at)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A named public key, spelled ``name+id+base64`` (C2SP signed-note)."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse names that a note cannot carry."""
        if not self.name or re.search(r"[\s+]", self.name) or len(self.public) != DIGEST:
            raise BadInput("a verifier key is a name without blanks or plus signs, and 32 bytes")

    def __str__(self) -> str:
        return f"{self.name}+{self.id().hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def id(self) -> bytes:
        """The 4 bytes by which notes refer to this key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public)[:4]

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey) -> VerifierKey:
        """The public half of a signing key, under a name."""
        return cls(name=name, public=key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the spelling back. Raises BadInput for anything that is not exactly a key."""
        parts = text.split("+", 2)
        if len(parts) == 3:  # noqa: PLR2004 - name, id, key
            try:
                raw = base64.b64decode(parts[2], validate=True)
                key = cls(name=parts[0], public=raw[1:])
            except (binascii.Error, ValueError, BadInput):
                key = None
            if key is not None and str(key) == text:
                return key
        raise BadInput("this is not a verifier key", advice="A key reads name+8 hexadecimal digits+base64.")


def sign_checkpoint(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note, by a key under its name."""
    body = checkpoint.body()
    if _BODY.fullmatch(body) is None:
        raise BadInput("a checkpoint needs an origin of one line, a size and a root of 32 bytes")
    identity = VerifierKey.of(name, key).id()
    signature = base64.b64encode(identity + key.sign(body.encode())).decode()
    return f"{body}\n\u2014 {name} {signature}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """Read the body of a note without asking who signed it. Raises BadInput where it is not a checkpoint."""
    match = _BODY.fullmatch(note.split("\n\n", 1)[0] + "\n")
    if match is None:
        raise BadInput("this is not a checkpoint")
    try:
        at = datetime.strptime(match["at"], INSTANT).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("this is not a checkpoint: there is no such instant") from None
    return Checkpoint(origin=match["origin"], size=int(match["size"]), root=base64.b64decode(match["root"]), at=at)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """Read a note that this key signed, and nothing else.

    Raises:
        BadInput: not a checkpoint, signed by another key, or changed since.
    """
    checkpoint = parse_checkpoint(note)
    body, _, tail = note.partition("\n\n")
    match = _SIGNATURE.fullmatch(tail)
    if match is None or match["name"] != key.name:
        raise BadInput("the checkpoint carries no signature by this key")
    try:
        raw = base64.b64decode(match["signature"], validate=True)
        if raw[:4] != key.id() or base64.b64encode(raw).decode() != match["signature"]:
            raise BadInput("the checkpoint carries no signature by this key")
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], (body + "\n").encode())
    except (InvalidSignature, binascii.Error):
        raise BadInput("the checkpoint was changed after it was signed") from None
    return checkpoint
