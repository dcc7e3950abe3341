"""A pack as a folder: its manifest, and one file for each task of the parts that may lie there."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from levee.frontier.packs import manifest
from levee.frontier.packs.spelling import check_task, told
from levee.frontier.packs.types import Part
from levee.kernel.errors import BadInput, Conflict, TooLarge
from levee.kernel.hashing import canonical_json
from levee.ledger.core.leaves import SALT, commit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from levee.frontier.packs.types import Pack

LARGEST = 64 * 1024 * 1024
"""Bytes of the file of a task."""


def place_of(part: Part, at: int) -> str:
    """Where the file of a task is: `sealed/0007.json`."""
    return f"{part}/{at:04}.json"


def write(
    pack: Pack, folders: Mapping[Part, Path], *, salt: Callable[[], bytes] = lambda: secrets.token_bytes(SALT)
) -> str:
    """Write a pack; the manifest goes into every folder, and tasks only into that of their part.

    Args:
        pack: with one task at least.
        folders: which part goes where; a part without a folder is written nowhere. They are made, or are empty.
        salt: makes 16 bytes for each task.

    Returns:
        The digest of the pack, `sha256:…`, to be named in a plan before the first run.

    Raises:
        BadInput: a task cannot be laid out or judged, two have one name, or a folder cannot be written.
        Conflict: a folder holds something already.
        TooLarge: a task is over LARGEST.
    """
    _check(pack)
    salts = [salt() for _ in pack.tasks]
    bodies = [told(task) for task in pack.tasks]
    found = manifest.manifest_of(pack, [commit(*each) for each in zip(salts, bodies, strict=True)])
    for folder in dict.fromkeys(folders.values()):
        _make(folder)
        (folder / manifest.FILE).write_bytes(manifest.spelled(found))
    for at, (task, own, body) in enumerate(zip(pack.tasks, salts, bodies, strict=True)):
        if task.part in folders:
            data = canonical_json({"salt": own.hex(), "task": body})
            if len(data) > LARGEST:
                raise TooLarge(f"a task has {LARGEST >> 20} MiB at most", place=task.name)
            path = folders[task.part] / place_of(task.part, at)
            path.parent.mkdir(exist_ok=True, mode=0o755 if task.part is Part.PUBLIC else 0o700)
            path.write_bytes(data)
    return found.digest


def _check(pack: Pack) -> None:
    if not 0 < len(pack.tasks) <= manifest.MOST:
        raise BadInput(f"a pack has 1 to {manifest.MOST} tasks", place=pack.name)
    names = set()
    for task in pack.tasks:
        check_task(task, task.name)
        if task.name in names:
            raise BadInput("two tasks have this name", place=task.name)
        names.add(task.name)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict("this folder holds something already", place=str(folder), advice="choose another")
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(folder)) from error
