"""Files that must be whole or absent, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Callable


def write_private(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 that is whole or absent, and on the disk when this returns.

    Raises:
        OSError: as the file system says; nothing is left behind.
    """
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """A secret in a file of mode 0600, made on first use; of several processes at once, one makes it for all.

    Raises:
        UnsafeSetup: the file belongs to another account or others may read it.
    """
    if not path.exists():
        make_private_folder(path.parent)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        write_private(draft, make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)  # unlike a rename, this never replaces what another process made first
        draft.unlink()
        sync_folder(path.parent)
    found = path.stat()
    if found.st_mode & 0o077 or found.st_uid != os.geteuid():
        raise UnsafeSetup(
            "a secret is open to other accounts", place=str(path), advice="Give it mode 0600 and the account that runs."
        )
    return path.read_bytes()


def make_private_folder(folder: Path) -> None:
    """Make a folder and all that is missing above it, of mode 0700, on the disk when this returns; others stay."""
    if folder.is_dir():
        return
    for each in [*reversed(folder.parents), folder]:
        try:
            each.mkdir(mode=0o700)
        except FileExistsError:
            continue
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, so that a file made or removed in it stays so after a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
