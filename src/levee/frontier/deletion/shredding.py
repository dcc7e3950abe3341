"""Destroying files: overwritten, taken away, and their folder told so on the disk. Nothing more is promised.

Storage that keeps old blocks (flash, snapshots, copies on write) may still hold what was overwritten.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PART = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """A file or a folder that was.

    Attributes:
        name: without its folder. files: how many. bytes: that they held.
        digest: SHA-256 of what a file held, `sha256:…`; of several, over their digests in order.
    """

    name: str
    files: int
    bytes: int
    digest: str


def destroyed(path: Path) -> Destroyed:
    """Destroy a file, or a folder with every file in it; a link is taken away and what it names is left alone.

    Raises:
        BadInput: something there cannot be read, written or taken away; what comes before it is gone.
    """
    gone = list(_destroy(path))
    digests = [digest for digest, _ in gone]
    digest = digests[0] if len(digests) == 1 else sha256(b"".join(digests))
    return Destroyed(
        name=path.name, files=len(gone), bytes=sum(size for _, size in gone), digest=f"sha256:{digest.hex()}"
    )


def _destroy(path: Path) -> Iterator[tuple[bytes, int]]:
    try:
        if path.is_dir() and not path.is_symlink():
            for inner in sorted(path.iterdir()):
                yield from _destroy(inner)
            path.rmdir()
            _fsync(path.parent)
        elif path.is_symlink() or not path.is_file():
            path.unlink()
        else:
            yield _overwritten(path)
            path.unlink()
            _fsync(path.parent)
    except OSError as error:
        raise BadInput(f"cannot be destroyed: {error.strerror}", place=str(path)) from error


def _overwritten(path: Path) -> tuple[bytes, int]:
    data = path.read_bytes()
    with path.open("r+b", buffering=0) as file:
        for start in range(0, len(data), PART):
            file.write(os.urandom(min(PART, len(data) - start)))
        os.fsync(file.fileno())
        file.truncate(0)
        os.fsync(file.fileno())
    return sha256(data), len(data)


def _fsync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
