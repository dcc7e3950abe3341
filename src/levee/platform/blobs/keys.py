"""The keys of stored objects, in files outside the database.

keys/
├── lock             shared by readers and writers of wraps, exclusive while an epoch changes
├── current          name of the present epoch
├── epochs/NAME      32 bytes each
├── wraps/AB/ID      epoch name, nonce, the object's own key and its holder under the epoch's key
└── holders/ID       32 bytes: the organisation's key; an object opens with both

PostgreSQL would not do: a deleted key's bytes stay in its write-ahead log and table files.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.hashing import keyed_digest
from levee.platform.files import make_private_folder, sync_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


KEY_BYTES = 32
NONCE_BYTES = 12
_EPOCH_BYTES = 16
_FOR_OBJECTS = b"object"
_FOR_ADDRESSES = b"address"
_BATCH = 256  # wraps renewed under one exclusive lock: others wait some tens of milliseconds


class ObjectKeys:
    """Makes, opens and destroys the key of each object."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for each in (folder, self._epochs, self._wraps, self._holders):
            make_private_folder(each)
        with self._locked(fcntl.LOCK_EX):
            if not self._current.exists():
                self._begin_epoch()

    @property
    def _epochs(self) -> Path:
        return self._folder / "epochs"

    @property
    def _wraps(self) -> Path:
        return self._folder / "wraps"

    @property
    def _holders(self) -> Path:
        return self._folder / "holders"

    @property
    def _current(self) -> Path:
        return self._folder / "current"

    def make(self, object_id: UUID, holder: UUID) -> bytes:
        """A fresh key for an object of an organisation, kept under the present epoch."""
        theirs, own = self._holder_key(holder), secrets.token_bytes(KEY_BYTES)
        path = self._wrap_path(object_id)
        make_private_folder(path.parent)
        with self._locked(fcntl.LOCK_SH):
            write_private(path, self._wrapped(own + holder.bytes, object_id, self._present()))
        return keyed_digest(theirs, _FOR_OBJECTS + own)

    def open(self, object_id: UUID) -> bytes:
        """The key of an object.

        Raises:
            NotFound: it was never made, or was destroyed.
            LeveeError: the wrap was changed, or its epoch's key is gone.
        """
        with self._locked(fcntl.LOCK_SH):
            try:
                inner = self._unwrapped(self._wrap_path(object_id).read_bytes(), object_id)
                theirs = self._holder_path(UUID(bytes=inner[KEY_BYTES:])).read_bytes()
            except FileNotFoundError as error:
                raise NotFound("there is nothing here by that name") from error
            return keyed_digest(theirs, _FOR_OBJECTS + inner[:KEY_BYTES])

    def destroy(self, object_id: UUID) -> None:
        """Destroy an object's key; nothing happens where there is none."""
        with self._locked(fcntl.LOCK_SH):
            _remove(self._wrap_path(object_id))

    def destroy_all(self, holder: UUID) -> None:
        """Destroy the key of an organisation, and so all its objects' keys."""
        with self._locked(fcntl.LOCK_EX):
            _remove(self._holder_path(holder))

    def for_addresses(self, holder: UUID) -> bytes:
        """The key of an organisation for content addresses, 32 bytes, made on first use."""
        return keyed_digest(self._holder_key(holder), _FOR_ADDRESSES)

    def _holder_key(self, holder: UUID) -> bytes:
        path = self._holder_path(holder)
        if not path.exists():
            with self._locked(fcntl.LOCK_EX):
                if not path.exists():
                    write_private(path, secrets.token_bytes(KEY_BYTES))
        return path.read_bytes()

    def rotate(self, progress: Callable[[int, int], None] | None) -> int:
        """Begin an epoch, renew every living wrap, destroy earlier epochs' keys; return how many wraps live."""
        with self._locked(fcntl.LOCK_EX):
            self._begin_epoch()
        # whoever makes a key from here on uses the new epoch, so that this list misses nothing of an older one
        paths = [path for path in self._wraps.glob("*/*") if not path.name.startswith(".")]
        pending, done = iter(paths), 0
        while batch := list(islice(pending, _BATCH)):
            with self._locked(fcntl.LOCK_EX):
                for path in batch:
                    self._renew(path)
            done += len(batch)
            if progress is not None:
                progress(done, len(paths))
        with self._locked(fcntl.LOCK_EX):
            self._end_epochs()
        return sum(path.exists() for path in paths)

    def _begin_epoch(self) -> None:
        name = secrets.token_hex(_EPOCH_BYTES)
        write_private(self._epochs / name, secrets.token_bytes(KEY_BYTES))
        write_private(self._current, name.encode("ascii"))

    def _end_epochs(self) -> None:
        present = self._present()
        for epoch in self._epochs.iterdir():
            if epoch.name != present:
                epoch.unlink()
        sync_folder(self._epochs)

    def _renew(self, path: Path) -> None:
        try:
            wrap = path.read_bytes()
        except FileNotFoundError:  # shredded meanwhile
            return
        object_id, present = UUID(path.name), self._present()
        inner = self._unwrapped(wrap, object_id)
        if not self._holder_path(UUID(bytes=inner[KEY_BYTES:])).exists():
            _remove(path)
        elif wrap[:_EPOCH_BYTES].hex() != present:
            write_private(path, self._wrapped(inner, object_id, present))

    def _present(self) -> str:
        return self._current.read_text(encoding="ascii")

    def _wrapped(self, inner: bytes, object_id: UUID, epoch: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM((self._epochs / epoch).read_bytes())
        return bytes.fromhex(epoch) + nonce + cipher.encrypt(nonce, inner, object_id.bytes)

    def _unwrapped(self, wrap: bytes, object_id: UUID) -> bytes:
        """The object's own key and its holder, behind each other."""
        epoch, nonce = wrap[:_EPOCH_BYTES], wrap[_EPOCH_BYTES : _EPOCH_BYTES + NONCE_BYTES]
        try:
            cipher = AESGCM((self._epochs / epoch.hex()).read_bytes())
            return cipher.decrypt(nonce, wrap[_EPOCH_BYTES + NONCE_BYTES :], object_id.bytes)
        except (OSError, InvalidTag, ValueError) as error:
            raise LeveeError(
                "the key of a stored object cannot be opened",
                code="blob.damaged",
                place=str(object_id),
                advice="Restore the keys folder from a backup of the same epoch.",
            ) from error

    def _holder_path(self, holder: UUID) -> Path:
        return self._holders / holder.hex

    def _wrap_path(self, object_id: UUID) -> Path:
        return self._wraps / object_id.hex[:2] / object_id.hex

    def _locked(self, how: int) -> AbstractContextManager[None]:
        return _lock(self._folder, how)


@contextmanager
def _lock(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def held_still(folder: Path) -> AbstractContextManager[None]:
    """While the block lasts, no epoch of a keys folder changes: what is copied from it belongs together."""
    return _lock(folder, fcntl.LOCK_SH)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)
