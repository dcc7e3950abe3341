"""A build's output, sealed: plain files with a digest over path, mode and bytes, laid out for read-only mounting."""

from __future__ import annotations

import io
import os
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from levee.kernel.errors import BadInput, TooLarge
from levee.kernel.hashing import canonical_json, sha256
from levee.validation.engine.targets import Ecosystem  # noqa: TC001 (part of a public type)

MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 60_000
_FOLDER, _FILE, _PROGRAM = 0o755, 0o644, 0o755
_TEXT_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltTarget:
    """A target as it stands in the sandbox.

    Attributes:
        digest: hex SHA-256 over the files: the same bytes in the same places, whatever the target is called.
        tree: host folder, shown read-only as /t.
        root: folder of the target's own files below `tree` (`node_modules/a`, `site`, `src`).
        log: the end of what the build printed, as text of unknown trust.
    """

    spec: str
    ecosystem: Ecosystem
    name: str
    version: str
    digest: str
    tree: Path
    root: str
    log: str = ""


def lay_out(packed: bytes, folder: Path) -> str:
    """Write the files of a build's archive below `folder`, which is made; the archive is hostile input.

    Returns:
        The seal: hex SHA-256 of the canonical list of path, mode and digest.

    Raises:
        BadInput: a member that is no plain file, or leaves the folder. TooLarge: too many files or bytes.
    """
    seal: list[list[str]] = []
    total = 0
    folder.mkdir(mode=_FOLDER, parents=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() else None
                total += member.size
                if stream is None or total > MOST_BYTES or len(seal) >= MOST_FILES:
                    raise TooLarge("the build's output is not a moderate number of plain files", code="build.output")
                data = stream.read()
                mode = _PROGRAM if member.mode & 0o100 else _FILE
                _write(folder, _inside(member.name), data, mode)
                seal.append([member.name, oct(mode), sha256(data).hex()])
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BadInput(f"the build's output cannot be read: {error}", code="build.output") from error
    return sha256(canonical_json(sorted(seal))).hex()


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise BadInput("the build's output leaves its folder", code="build.output", place=name[:80])
    return path


def _write(folder: Path, place: PurePosixPath, data: bytes, mode: int) -> None:
    path = folder / place
    for parent in reversed(place.parents[:-1]):
        if not (folder / parent).is_dir():
            (folder / parent).mkdir(mode=_FOLDER)
            (folder / parent).chmod(_FOLDER)
    path.write_bytes(data)
    path.chmod(mode)


def with_version(built: BuiltTarget, version: str, folder: Path) -> BuiltTarget:
    """A copy of a built target whose own files say another version: the identity swap.

    Every place that spells the version as such is changed: metadata, source text, tuples of its numbers, names of
    folders. What the code does stays as it was.
    """
    folder.mkdir(mode=_FOLDER, parents=True)
    swap = _Swap(built.version, version)
    own = built.tree / built.root
    for path in sorted(built.tree.rglob("*")):
        place = path.relative_to(built.tree)
        named = Path(*(swap.name(part) for part in place.parts)) if path.is_relative_to(own) else place
        if path.is_dir():
            (folder / named).mkdir(mode=_FOLDER, exist_ok=True)
            (folder / named).chmod(_FOLDER)
        elif path.is_relative_to(own) and path.stat().st_size <= _TEXT_LIMIT and swap.said(data := path.read_bytes()):
            (folder / named).write_bytes(swap.bytes(data))
            (folder / named).chmod(path.stat().st_mode & 0o777)
        else:
            os.link(path, folder / named)
    return BuiltTarget(
        spec=built.spec,
        ecosystem=built.ecosystem,
        name=built.name,
        version=version,
        digest=built.digest,
        tree=folder,
        root=built.root,
    )


class _Swap:
    """Replaces one version's spellings by another's."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old.encode(), new.encode()
        self._text = re.compile(rb"(?<![0-9.])" + re.escape(self._old) + rb"(?![0-9]|\.[0-9])")
        numbers = [re.escape(part).encode() for part in old.split(".")]
        self._tuple = re.compile(rb"\(\s*" + rb"\s*,\s*".join(numbers) + rb"(?=\s*[,)])")
        self._numbers = b"(" + b", ".join(part.encode() for part in new.split("."))

    def name(self, part: str) -> str:
        """A folder's or file's name."""
        return self.bytes(part.encode()).decode() if part.endswith((".dist-info", ".egg-info")) else part

    def said(self, data: bytes) -> bool:
        """Whether the version stands in the bytes."""
        return bool(self._text.search(data) or self._tuple.search(data))

    def bytes(self, data: bytes) -> bytes:
        """The bytes with the other version."""
        swapped = self._text.sub(lambda _: self._new, data)
        return self._tuple.sub(lambda _: self._numbers, swapped)
