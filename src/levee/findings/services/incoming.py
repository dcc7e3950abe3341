from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from levee.kernel.hashing import sha256
from levee.platform.ports import blobs

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.blobs import BlobRef


class Incoming:
    """Bytes as they came in. They are kept once, with the first finding that is taken from them, and never changed.

    Args:
        data: the document.
        media_type: what it is, `application/json` or `application/sarif+json`.
    """

    def __init__(self, data: bytes, *, media_type: str) -> None:
        self._data = data
        self._kept: BlobRef | None = None
        self.media_type = media_type

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the bytes; it enters the ledger with each finding."""
        return sha256(self._data)

    def kept(self, *, holder: UUID) -> BlobRef:
        """Where they lie, in the organisation's name."""
        if self._kept is None:
            self._kept = blobs().put(self._data, holder=holder)
        return self._kept

    def give_up(self) -> None:
        """Nothing came of them: leave nothing behind."""
        if self._kept is not None:
            blobs().shred(self._kept)
            self._kept = None
