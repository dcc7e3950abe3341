"""Writing a repository: files first, then metadata, the timestamp last: readers see the old or the new whole."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from levee.feeds.signed import keys
from levee.platform.files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

_Part = TypeVar("_Part", Targets, Snapshot, Timestamp)
LIFE: Mapping[str, timedelta] = {
    Targets.type: timedelta(days=30),
    Snapshot.type: timedelta(days=7),
    Timestamp.type: timedelta(days=1),
}
METADATA, TARGETS = "metadata", "targets"
_VERSIONS = "versions.json"
_READABLE = 0o644


def write(folder: Path, key_folder: Path, files: Iterable[tuple[str, bytes]], *, now: datetime) -> int:
    """Make files the present state of a repository.

    Args:
        folder: where it is written, and served from by any web server; it holds no secret.
        key_folder: the house's keys, and the version numbers, which are never read back from what may be foreign.
        files: names and contents, written one by one.
        now: the present instant.

    Returns:
        The version of the targets.

    Raises:
        NotFound: the house has no root yet.
    """
    root = keys.root_of(key_folder)
    metadata, targets = folder / METADATA, folder / TARGETS
    for each in (metadata, targets):
        each.mkdir(parents=True, exist_ok=True)
    versions = _Versions(key_folder)
    listed = Targets(version=versions.next(Targets.type), expires=_until(Targets.type, now))
    for name, data in files:
        target = TargetFile.from_data(name, data, ["sha256"])
        listed.targets[name] = target
        directory, _, base = name.rpartition("/")
        path = targets / directory / f"{target.hashes['sha256']}.{base}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
    for number in range(1, root.signed.version + 1):
        _write(metadata / f"{number}.{keys.ROOT}", (key_folder / f"{number}.{keys.ROOT}").read_bytes())
    snapshot = Snapshot(version=versions.next(Snapshot.type), expires=_until(Snapshot.type, now))
    snapshot.meta[f"{Targets.type}.json"] = _signed(listed, key_folder, metadata, f"{listed.version}.targets.json")
    stamp = Timestamp(version=versions.next(Timestamp.type), expires=_until(Timestamp.type, now))
    stamp.snapshot_meta = _signed(snapshot, key_folder, metadata, f"{snapshot.version}.snapshot.json")
    versions.keep()
    _signed(stamp, key_folder, metadata, "timestamp.json")
    _clear(targets, metadata, listed, snapshot)
    return int(listed.version)


class _Versions:
    """The version numbers that this house gave out; kept before they are used, so none is used twice."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _VERSIONS
        self._known: dict[str, int] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def next(self, role: str) -> int:
        self._known[role] = self._known.get(role, 0) + 1
        return self._known[role]

    def keep(self) -> None:
        write_private(self._path, json.dumps(self._known).encode())


def _signed(part: _Part, key_folder: Path, metadata: Path, name: str) -> MetaFile:
    signed = Metadata(part)
    signed.sign(keys.signer(key_folder, part.type))
    data = signed.to_bytes()
    _write(metadata / name, data)
    return MetaFile.from_data(part.version, data, ["sha256"])


def _until(role: str, now: datetime) -> datetime:
    return (now + LIFE[role]).replace(microsecond=0)


def _write(path: Path, data: bytes) -> None:
    write_private(path, data)
    path.chmod(_READABLE)


def _clear(targets: Path, metadata: Path, listed: Targets, snapshot: Snapshot) -> None:
    """Remove what the version before the last one held: readers who are at it still find theirs."""
    kept: set[Path] = set()
    for version in (listed.version, listed.version - 1):
        path = metadata / f"{version}.targets.json"
        if path.exists():
            for name, target in Metadata[Targets].from_bytes(path.read_bytes()).signed.targets.items():
                directory, _, base = name.rpartition("/")
                kept.add(targets / directory / f"{target.hashes['sha256']}.{base}")
    for each in targets.rglob("*"):
        if each.is_file() and each not in kept:
            each.unlink()
    for role, newest in ((Targets.type, listed.version), (Snapshot.type, snapshot.version)):
        for each in metadata.glob(f"*.{role}.json"):
            number = each.name.partition(".")[0]
            if number.isdigit() and int(number) < newest - 1:
                each.unlink()
