"""Objects as encrypted files in a folder of this machine."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from levee.kernel.errors import LeveeError
from levee.kernel.hashing import keyed_digest
from levee.platform.blobs.keys import NONCE_BYTES, ObjectKeys
from levee.platform.blobs.port import BlobRef
from levee.platform.files import make_private_folder, sync_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from levee.kernel.ids import Ids


class FolderBlobs:
    """The port `Blobs` on a file system: AES-256-GCM (NIST SP 800-38D), the object's id and size authenticated.

    Args:
        folder: of the encrypted bytes; may be backed up and copied anywhere.
        keys_folder: of the keys; back it up apart from the bytes, if at all. Both are made when missing.
        ids: names for the objects.
    """

    def __init__(self, folder: Path, keys_folder: Path, *, ids: Ids) -> None:
        make_private_folder(folder)
        self._folder = folder
        self._keys = ObjectKeys(keys_folder)
        self._ids = ids

    def put(self, data: bytes, *, holder: UUID) -> BlobRef:
        """Keep bytes for an organisation; equal bytes put twice are two objects that share nothing."""
        ref = BlobRef(id=self._ids.new(), size=len(data))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(self._keys.make(ref.id, holder)).encrypt(nonce, data, _bound(ref))
        path = self._path(ref)
        make_private_folder(path.parent)
        write_private(path, sealed)
        return ref

    def get(self, ref: BlobRef) -> bytes:
        """The bytes as they were put.

        Raises:
            NotFound: never put, or shredded.
            LeveeError: `blob.damaged`: the stored bytes are missing or are not those that were put.
        """
        key = self._keys.open(ref.id)
        try:
            sealed = self._path(ref).read_bytes()
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(ref))
        except (FileNotFoundError, InvalidTag, ValueError) as error:
            raise LeveeError(
                "stored bytes are missing or were changed",
                code="blob.damaged",
                place=str(ref.id),
                advice="Restore the folder of stored objects from a backup.",
            ) from error

    def shred(self, ref: BlobRef) -> None:
        """Destroy the object's key, then its bytes; nothing is said about one that is not there."""
        self._keys.destroy(ref.id)
        path = self._path(ref)
        if path.exists():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def shred_all(self, *, holder: UUID) -> None:
        """Destroy all objects of an organisation in one step."""
        self._keys.destroy_all(holder)

    def address(self, data: bytes, *, holder: UUID) -> bytes:
        """The content address of bytes within one organisation: 32 bytes, HMAC-SHA-256 under a key of its own."""
        return keyed_digest(self._keys.for_addresses(holder), data)

    def rotate(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Begin a new epoch, wrap the keys of all living objects anew and destroy the keys of earlier epochs."""
        return self._keys.rotate(progress)

    def _path(self, ref: BlobRef) -> Path:
        return self._folder / ref.id.hex[:2] / ref.id.hex


def _bound(ref: BlobRef) -> bytes:
    return ref.id.bytes + ref.size.to_bytes(8, "big")
