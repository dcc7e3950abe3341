"""What a Python package says it needs: read out of single files of its archive, in memory, with limits."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import tomllib
import zipfile
import zlib
from email.parser import HeaderParser

from packaging.requirements import InvalidRequirement, Requirement

_LIMIT = 4 * 1024 * 1024
_UNPACKED = 1024 * 1024 * 1024
"""No source distribution is read further, in bytes: what a small one unpacks to is up to whoever made it."""
_WHEEL_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_SOURCE_METADATA = re.compile(r"[^/]+/PKG-INFO")
_SOURCE_PROJECT = re.compile(r"[^/]+/pyproject\.toml")
_ODD = (NotImplementedError, RuntimeError, OverflowError)
"""What the readers raise besides for unknown compressions, encrypted members, odd numbers and deep nesting."""
_DEFAULT_TOOLS = ("setuptools", "wheel")


def requirements(data: bytes) -> list[str]:
    """The `Requires-Dist` lines of a wheel or a source distribution."""
    text = _member(data, _WHEEL_METADATA) or _member(data, _SOURCE_METADATA)
    found = HeaderParser().parsestr(text.decode("utf-8", "replace")).get_all("Requires-Dist") or []
    return [str(line) for line in found]


def build_requirements(data: bytes) -> list[Requirement]:
    """What a source distribution needs to be built (PEP 518); setuptools where it does not say."""
    text = _member(data, _SOURCE_PROJECT)
    try:
        stated = tomllib.loads(text.decode("utf-8", "replace")).get("build-system", {}).get("requires")
        return [Requirement(str(line)) for line in stated or _DEFAULT_TOOLS]
    except (tomllib.TOMLDecodeError, InvalidRequirement, AttributeError, TypeError, RecursionError):
        return [Requirement(name) for name in _DEFAULT_TOOLS]


def _member(data: bytes, shape: re.Pattern[str]) -> bytes:
    read = _zipped if zipfile.is_zipfile(io.BytesIO(data)) else _tarred
    try:
        return read(data, shape)
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error, *_ODD):
        return b""


def _tarred(data: bytes, shape: re.Pattern[str]) -> bytes:
    with (
        gzip.open(io.BytesIO(data)) as unpacked,
        tarfile.open(fileobj=_AtMost(unpacked, _UNPACKED), mode="r|") as archive,
    ):
        for member in archive:
            if shape.fullmatch(member.name) and member.isreg() and member.size <= _LIMIT:
                stream = archive.extractfile(member)
                return stream.read(_LIMIT) if stream else b""
    return b""


def _zipped(data: bytes, shape: re.Pattern[str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if shape.fullmatch(name):
                with archive.open(name) as stream:
                    return stream.read(_LIMIT)
    return b""


class _AtMost(io.RawIOBase):
    """A stream that ends with an error after so many bytes."""

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes. Raises OSError past the limit."""
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise OSError("unpacks to too much")
        return found
