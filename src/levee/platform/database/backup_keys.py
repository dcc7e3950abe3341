"""Backup and restore of the keys folder, apart from everything that the keys open."""

from __future__ import annotations

import re
import shutil
import tarfile
from typing import TYPE_CHECKING, Final

from levee.kernel.errors import Conflict
from levee.platform.blobs.keys import held_still
from levee.platform.database.backup_file import add_file, add_manifest, content_of, entries, opened, written
from levee.platform.files import make_private_folder, sync_folder, write_private

if TYPE_CHECKING:
    from pathlib import Path

_KEY: Final = re.compile(r"keys(/[a-z0-9_][a-z0-9_.-]*){1,3}", re.IGNORECASE)
_LOCK: Final = "lock"


def backup_keys(file: Path, *, keys: Path) -> int:
    """Write the keys folder into a file of mode 0600, whole or not at all; return the number of files in it.

    Changes of epoch wait meanwhile. A shredded object can be opened again with an older copy of its keys: keep few.
    """
    count = 0
    with held_still(keys), written(file) as tar:
        for path in sorted(keys.rglob("*")):
            if path.is_file() and not path.name.startswith(".") and path.name != _LOCK:
                count += add_file(tar, f"keys/{path.relative_to(keys)}", path)
        add_manifest(tar, keys=count)
    return count


def restore_keys(file: Path, *, keys: Path) -> int:
    """Make a keys folder from its backup, whole or not at all; return the number of files.

    Args:
        file: written by `backup_keys`.
        keys: absent or empty.

    Raises:
        BadInput: the file is none of ours, or is not whole.
        Conflict: there is something in the folder.
    """
    if keys.exists() and any(keys.iterdir()):
        raise Conflict(f"{keys} is not empty", advice="Move the present keys away first.")
    place = keys.with_name(f"{keys.name}.restoring")
    if place.exists():
        shutil.rmtree(place)
    try:
        count = _extract(file, place)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    place.rename(keys)
    sync_folder(keys.parent)
    return count


def _extract(file: Path, place: Path) -> int:
    with opened(file) as tar:
        members, manifest = entries(tar)
        if manifest.get("keys") != len(members) or not all(_KEY.fullmatch(member.name) for member in members):
            raise tarfile.ReadError
        make_private_folder(place)
        for member in members:
            path = place.joinpath(*member.name.split("/")[1:])
            make_private_folder(path.parent)
            with content_of(tar, member) as content:
                write_private(path, content.read())
    return len(members)
