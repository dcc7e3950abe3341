"""A pack out of its folders, which come from outside: every byte as it was committed to, or nothing."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.strict_json import read_json
from levee.frontier.packs import manifest
from levee.frontier.packs.spelling import read_task
from levee.frontier.packs.types import Pack, Part
from levee.frontier.packs.writing import LARGEST, place_of
from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.kernel.hashing import canonical_json
from levee.ledger.core.leaves import SALT, commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from levee.frontier.packs.manifest import Manifest
    from levee.frontier.packs.types import Task

_SALT = re.compile(rf"[0-9a-f]{{{2 * SALT}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was found.

    Attributes:
        pack: the tasks that are there, in their order.
        manifest: what the pack commits to, those that are not there among it.
    """

    pack: Pack
    manifest: Manifest

    @property
    def digest(self) -> str:
        """The digest of the whole pack, `sha256:…`."""
        return self.manifest.digest

    def counts(self) -> dict[Part, tuple[int, int]]:
        """For each part, how many tasks are there, and how many the pack commits to."""
        here = [task.part for task in self.pack.tasks]
        committed = [each.part for each in self.manifest.tasks]
        return {part: (here.count(part), committed.count(part)) for part in Part if part in committed}


def read(folders: Sequence[Path], *, digest: str = "", whole: Collection[Part] = (Part.PUBLIC,)) -> Opened:
    """Read a pack from one folder, or from several that hold parts of it.

    Args:
        folders: each with the manifest; one at least.
        digest: what the pack must be, `sha256:…`; any, where empty.
        whole: parts of which no task may be missing. With none, single tasks are read that were disclosed.

    Raises:
        BadInput: names the file, and the task where it is known, that is not as it was committed to.
        TooLarge: a file is over its limit.
    """
    found = {_read(folder / manifest.FILE, manifest.FILE, manifest.LARGEST) for folder in folders}
    if len(found) != 1:
        raise BadInput("these folders are not of one pack", place=manifest.FILE)
    committed = manifest.read_manifest(found.pop())
    if digest and committed.digest != digest:
        raise BadInput(f"this pack is {committed.digest} and not {digest}", place=manifest.FILE)
    tasks: dict[int, Task] = {}
    for folder in folders:
        for at in _places(folder, committed):
            tasks[at] = _task(folder, at, committed)
    for at, each in enumerate(committed.tasks):
        if at not in tasks and each.part in whole:
            raise BadInput("a task of the pack is missing", place=place_of(each.part, at))
    here = tuple(tasks[at] for at in sorted(tasks))
    if len({task.name for task in here}) < len(here):
        raise BadInput("two tasks have one name", place=manifest.FILE)
    pack = Pack(
        name=committed.name,
        version=committed.version,
        tasks=here,
        licence=committed.licence,
        source=committed.source,
    )
    return Opened(pack=pack, manifest=committed)


def _places(folder: Path, committed: Manifest) -> Iterator[int]:
    """The tasks that a folder holds; it holds nothing else."""
    names = {place_of(each.part, at): at for at, each in enumerate(committed.tasks)}
    for entry in _listed(folder, ""):
        if entry.name == manifest.FILE:
            continue
        if entry.name not in set(Part) or not entry.is_dir(follow_symlinks=False):
            raise BadInput("a pack holds nothing of this name", place=entry.name)
        for inner in _listed(folder / entry.name, f"{entry.name}/"):
            place = f"{entry.name}/{inner.name}"
            if place not in names:
                raise BadInput("a pack holds nothing of this name", place=place)
            yield names[place]


def _listed(folder: Path, place: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=place or str(folder)) from error


def _task(folder: Path, at: int, committed: Manifest) -> Task:
    own = committed.tasks[at]
    place = place_of(own.part, at)
    data = _read(folder / place, place, LARGEST)
    try:
        given = read_json(data, max_bytes=LARGEST)
    except LeveeError as error:
        raise BadInput(error.message, place=f"{place}, {error.place}", advice=error.advice()) from error
    match given:
        case {"salt": str(salt), "task": dict(body), **more} if not more and _SALT.fullmatch(salt):
            pass
        case _:
            raise BadInput("a salt and a task", place=place)
    told = canonical_json(given) if not _fractions(given) else b""
    named = f"{place} ({body.get('name')})"
    if told != data or commit(bytes.fromhex(salt), body) != own.commitment:
        raise BadInput("this task is not what the pack commits to", place=named, advice="ask for the pack again")
    return read_task(body, own.part, named)


def _fractions(given: object) -> bool:
    """Whether a number with a fraction is in it, which canonical JSON does not hold."""
    if isinstance(given, dict):
        return any(map(_fractions, given.values()))
    return any(map(_fractions, given)) if isinstance(given, list) else isinstance(given, float)


def _read(path: Path, place: str, most: int) -> bytes:
    """A regular file, never through a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise BadInput("no regular file", place=place)
            if status.st_size > most:
                raise TooLarge(f"{most >> 20} MiB at most", place=place)
            return file.read(most + 1)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=place) from error
