from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """Where to find stored bytes; tells nothing about their content or their holder.

    Attributes:
        id: random.
        size: of the plain bytes.
    """

    id: UUID
    size: int


class Blobs(Protocol):
    """Keeps bytes encrypted, each object under a key of its own, until it is shredded.

    The key of an object is kept wrapped by the key of its epoch, outside the database and outside the folder of the
    bytes: a backup of the bytes holds nothing readable, and shredding an object reaches into every such backup.
    """

    def put(self, data: bytes, *, holder: UUID) -> BlobRef:
        """Keep bytes for an organisation; equal bytes put twice are two objects that share nothing."""

    def get(self, ref: BlobRef) -> bytes:
        """The bytes as they were put.

        Raises:
            NotFound: never put, or shredded.
            LeveeError: `blob.damaged`: the stored bytes are missing or are not those that were put.
        """

    def shred(self, ref: BlobRef) -> None:
        """Destroy the object's key, then its bytes; nothing is said about one that is not there."""

    def shred_all(self, *, holder: UUID) -> None:
        """Destroy all objects of an organisation in one step, by the key that each of them needs besides its own.

        Its content addresses end with it. The bytes themselves are left as noise.
        """

    def address(self, data: bytes, *, holder: UUID) -> bytes:
        """The content address of bytes within one organisation: 32 bytes, HMAC-SHA-256 under that organisation's key.

        Equal bytes of one holder have one address; those of two holders cannot be recognised as equal.
        """

    def rotate(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Begin a new epoch, wrap the keys of all living objects anew and destroy the keys of earlier epochs.

        Whoever finds the wrap of a shredded object on a disk or in a backup can then no longer open it. May be called
        at any time beside the other verbs, and again after a crash.

        Args:
            progress: told how many objects are done, of how many.

        Returns:
            The number of objects that live on.
        """
