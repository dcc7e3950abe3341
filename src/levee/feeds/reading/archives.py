"""The files of a feed: of a folder, a zip, a tar, or one file alone; each bounded, none written anywhere.

Names inside archives are shown to people and compared, and never used as paths.
"""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Protocol

from levee.feeds.reading.items import Member, Refusal
from levee.kernel.errors import BadInput, NotFound, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_MEMBER = 64 << 20
LARGEST_FILE = 512 << 20
"""Of one file that is a whole feed, unpacked: the exploitation scores of all CVEs are 10 MB."""
LARGEST_IN_ALL = 32 << 30
MOST_MEMBERS = 5_000_000
_CHUNK = 1 << 20
_ZIP, _GZIP, _OTHERS = b"PK\x03\x04", b"\x1f\x8b", (b"BZh", b"\xfd7zXZ")
_TAR_AT = 257


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


def members(path: Path) -> Iterator[Member | Refusal]:
    """Every file of a feed, in the order of the archive; folders by name.

    Raises:
        NotFound: there is nothing at the path. BadInput: an archive that cannot be read to its end; what came before
            was yielded. TooLarge: over the limits of a whole feed.
    """
    if not path.exists():
        raise NotFound("there is no such file or folder", place=str(path))
    source = _folder(path) if path.is_dir() else _file(path)
    size = 0
    for seen, each in enumerate(source):
        size += len(each.data) if isinstance(each, Member) else 0
        if seen >= MOST_MEMBERS or size > LARGEST_IN_ALL:
            raise TooLarge("a feed has at most 5 million files and 32 GiB", place=path.name)
        yield each


def _folder(path: Path) -> Iterator[Member | Refusal]:
    for each in sorted(path.rglob("*")):
        inside = each.relative_to(path)
        if any(part.startswith(".") for part in inside.parts) or each.is_symlink() or not each.is_file():
            continue
        place = inside.as_posix()
        if each.stat().st_size > LARGEST_MEMBER:
            yield Refusal(place, "a file of a feed has at most 64 MiB")
            continue
        yield Member(place, each.read_bytes())


def _file(path: Path) -> Iterator[Member | Refusal]:
    with path.open("rb") as file:
        head = file.read(_TAR_AT + 8)
    if head.startswith(_ZIP):
        return _zip(path)
    if _is_tar(path, head):
        return _tar(path)
    return iter([Member(path.name, _whole(path, head))])


def _is_tar(path: Path, head: bytes) -> bool:
    if head[_TAR_AT:].startswith(b"ustar"):
        return True
    if head.startswith(_OTHERS):
        return True  # of those, only a tar is read
    if not head.startswith(_GZIP):
        return False
    try:
        with gzip.open(path) as file:
            return file.read(_TAR_AT + 8)[_TAR_AT:].startswith(b"ustar")
    except (OSError, EOFError, zlib.error):
        return False


def _whole(path: Path, head: bytes) -> bytes:
    try:
        with path.open("rb") as plain:
            file = gzip.GzipFile(fileobj=plain) if head.startswith(_GZIP) else plain
            return _bounded(file, LARGEST_FILE, path.name)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            "the file is cut off or damaged", code="feed.damaged", place=path.name, advice="fetch it anew"
        ) from error


def _bounded(file: _Stream, most: int, place: str) -> bytes:
    """All bytes of a stream, unless there are too many: a small file must not become a huge one."""
    parts, size = [], 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise TooLarge(f"unpacks to more than {most >> 20} MiB", code="feed.too_large", place=place)
        parts.append(chunk)
    return b"".join(parts)


def _zip(path: Path) -> Iterator[Member | Refusal]:
    try:
        with zipfile.ZipFile(path) as archive:
            for each in archive.infolist():
                if not each.is_dir():
                    yield _of_zip(archive, each)
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(
            "the archive is cut off or damaged", code="feed.damaged", place=path.name, advice="fetch it anew"
        ) from error


def _of_zip(archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> Member | Refusal:
    try:
        with archive.open(each) as file:
            return Member(each.filename, _bounded(file, LARGEST_MEMBER, each.filename))
    except TooLarge as error:
        return Refusal(each.filename, error.message)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        return Refusal(each.filename, f"cannot be unpacked: {error}")


def _tar(path: Path) -> Iterator[Member | Refusal]:
    try:
        with tarfile.open(path, mode="r|*") as archive:
            for each in archive:
                if not each.isfile():
                    continue
                if each.size > LARGEST_MEMBER:
                    yield Refusal(each.name, "a file of a feed has at most 64 MiB")
                elif (file := archive.extractfile(each)) is not None:
                    yield Member(each.name, _bounded(file, LARGEST_MEMBER, each.name))
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BadInput(
            "the archive is cut off or damaged", code="feed.damaged", place=path.name, advice="fetch it anew"
        ) from error
