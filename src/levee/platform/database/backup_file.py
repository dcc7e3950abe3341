"""The file that a backup is: a plain tar, whole or absent, its manifest last so that a cut-off one is known as such."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from levee.kernel.errors import BadInput
from levee.platform.files import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1


@contextmanager
def written(file: Path) -> Iterator[tarfile.TarFile]:
    """A tar to add to; the file is replaced when the block ends well, and untouched otherwise."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        place = Path(draft.name)
        try:
            with tarfile.open(fileobj=draft, mode="w") as tar:
                yield tar
            draft.flush()
            os.fsync(draft.fileno())
            place.rename(file)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
    sync_folder(file.parent)


@contextmanager
def opened(file: Path) -> Iterator[tarfile.TarFile]:
    """A tar to read from.

    Raises:
        BadInput: the file, or what the block makes of it, is no whole backup.
    """
    try:
        with tarfile.open(file, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BadInput(
            "this is no whole backup of Levee", place=str(file), code="backup.damaged", advice="Use another generation."
        ) from error


def add_file(tar: tarfile.TarFile, name: str, path: Path) -> int:
    """Add a file; return 1, or 0 where it went away meanwhile."""
    try:
        with path.open("rb") as content:
            _add(tar, name, content, os.fstat(content.fileno()).st_size)
    except FileNotFoundError:
        return 0
    return 1


def add_manifest(tar: tarfile.TarFile, **facts: str | int) -> None:
    """Add the last entry, which tells that the file is whole."""
    raw = json.dumps({"format": _FORMAT, **facts}).encode()
    _add(tar, _MANIFEST, io.BytesIO(raw), len(raw))


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    tar.addfile(info, content)


def entries(tar: tarfile.TarFile) -> tuple[list[tarfile.TarInfo], dict[str, Any]]:
    """All entries before the manifest, and the manifest.

    Raises:
        tarfile.ReadError: the manifest is not the last entry, or is of another format.
    """
    *members, last = tar.getmembers() or [tarfile.TarInfo()]
    if last.name != _MANIFEST:
        raise tarfile.ReadError(_MANIFEST)
    with content_of(tar, last) as content:
        manifest = json.load(content)
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise tarfile.ReadError(_MANIFEST)
    return members, manifest


def content_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The bytes of an entry.

    Raises:
        tarfile.ReadError: it is no file.
    """
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise tarfile.ReadError(member.name)
    return content


def extract(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    """Write an entry to a new file of mode 0600."""
    with content_of(tar, member) as content, _new(path) as file:
        shutil.copyfileobj(content, file)


def _new(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
