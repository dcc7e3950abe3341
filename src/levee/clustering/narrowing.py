"""The least of a patch that still fixes. Pure but for the trial it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.diff import part_of, read_patch
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_HUNKS = 12


def least(patch: bytes, fixes: Callable[[bytes], bool]) -> bytes:
    """Leave out hunk after hunk for as long as the rest still fixes: what stays is needed, every hunk of it.

    A commit that fixes two causes falls apart by this, and cannot pass for one cause. The whole is taken to fix.

    Args:
        patch: the whole patch, one that was read before.
        fixes: tries a patch.

    Returns:
        The least part in its one spelling; empty where the patch has more than twelve hunks and is no small one.
    """
    whole = read_patch(patch, protected=())
    kept = [(file.path, place) for file in whole.files for place in range(len(file.hunks))]
    if len(kept) > MOST_HUNKS:
        return b""
    for hunk in list(kept):
        rest = [each for each in kept if each != hunk]
        if rest and fixes(part_of(whole, rest).text.encode()):
            kept = rest
    return part_of(whole, kept).text.encode()


def digest(patch: bytes) -> str:
    """Hex SHA-256 of a patch in its one spelling; empty for none."""
    return sha256(patch).hex() if patch else ""
