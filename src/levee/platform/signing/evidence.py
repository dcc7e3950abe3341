"""Ed25519 signatures (RFC 8032) of a worker under the evidence of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from levee.kernel.errors import BadInput
from levee.platform.files import kept_secret

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_CONTEXT: Final = b"levee evidence 1\0"  # a signature under anything else never passes for one under evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSignature:
    """Who signed, and the signature.

    Attributes:
        key: the signer's public key, 32 bytes.
        value: 64 bytes.
    """

    key: bytes
    value: bytes


class EvidenceSigner:
    """A worker's key, kept in `keys_folder/worker.ed25519` (mode 0600, made on first use).

    Raises:
        UnsafeSetup: the key is open to other accounts.
    """

    def __init__(self, keys_folder: Path) -> None:
        raw = kept_secret(keys_folder / "worker.ed25519", lambda: Ed25519PrivateKey.generate().private_bytes_raw())
        self._key = Ed25519PrivateKey.from_private_bytes(raw)

    @property
    def public_key(self) -> bytes:
        """32 bytes, to be recorded where the worker is registered."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, evidence: bytes) -> EvidenceSignature:
        """Sign the bytes of one piece of evidence, such as its canonical JSON."""
        return EvidenceSignature(key=self.public_key, value=self._key.sign(_CONTEXT + evidence))


def verify_evidence(evidence: bytes, signature: EvidenceSignature, *, trusted: Collection[bytes]) -> None:
    """Check that a trusted worker signed exactly these bytes.

    Args:
        evidence: the signed bytes.
        signature: as handed in.
        trusted: public keys of registered workers, 32 bytes each.

    Raises:
        BadInput: `evidence.untrusted`: the key is not a worker's; `evidence.forged`: the signature does not hold.
    """
    if signature.key not in trusted:
        raise BadInput("the evidence is signed by a key that is not a worker's", code="evidence.untrusted")
    try:
        Ed25519PublicKey.from_public_bytes(signature.key).verify(signature.value, _CONTEXT + evidence)
    except (InvalidSignature, ValueError) as error:
        raise BadInput("the evidence is not what its worker signed", code="evidence.forged") from error
