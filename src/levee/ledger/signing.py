"""The ledger's signing key: a file that only the sequencer's process reads, and its public half in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.kernel.errors import UnsafeSetup
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from levee.ledger.core.exports import origin_of
from levee.ledger.models import Key
from levee.platform.files import kept_secret
from levee.platform.ports import ports

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from levee.ledger.types import LogName

FILE = "ledger.ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs checkpoints under the house's name."""

    key: VerifierKey
    private: Ed25519PrivateKey

    def sign(self, log: LogName, *, size: int, root: bytes, at: datetime) -> str:
        """The signed note of a log's size and root at an instant that its readers may know."""
        checkpoint = Checkpoint(origin=origin_of(self.key, str(log)), size=size, root=root, at=at)
        return sign_checkpoint(checkpoint, self.key.name, self.private)


def open_signer(keys_folder: Path, site: str) -> Signer:
    """Read the key (32 bytes, mode 0600), making it on first use, and see that it is the one known to readers.

    Args:
        keys_folder: where the house keeps its keys.
        site: address of the house; its host names the key for good on first use.

    Raises:
        UnsafeSetup: the file is not the key that earlier checkpoints were signed with.
    """
    path = keys_folder / FILE
    known = Key.unscoped.order_by("since").last()
    if known is not None and not path.exists():
        raise UnsafeSetup("the ledger's signing key is missing", place=str(path), advice=_ADVICE)
    private = Ed25519PrivateKey.from_private_bytes(
        kept_secret(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    )
    if known is None:
        key = VerifierKey.of(urlsplit(site).hostname or "levee", private)
        Key.unscoped.bulk_create([Key(text=str(key), since=ports().clock.now())])
        return Signer(key=key, private=private)
    key = VerifierKey.parse(known.text)
    if VerifierKey.of(key.name, private) != key:
        raise UnsafeSetup("this is not the key that the ledger was signed with", place=str(path), advice=_ADVICE)
    return Signer(key=key, private=private)


_ADVICE = "restore the file from the backup of the keys; without it no later checkpoint can be believed"
