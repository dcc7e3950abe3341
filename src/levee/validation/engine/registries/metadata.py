"""What a Python package says it needs: read out of single files of its archive, in memory, with limits."""

from __future__ import annotations

import io
import re
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser

from packaging.requirements import InvalidRequirement, Requirement

_LIMIT = 4 * 1024 * 1024
_WHEEL_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")
_SOURCE_METADATA = re.compile(r"[^/]+/PKG-INFO")
_SOURCE_PROJECT = re.compile(r"[^/]+/pyproject\.toml")
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
    except (tomllib.TOMLDecodeError, InvalidRequirement, AttributeError, TypeError):
        return [Requirement(name) for name in _DEFAULT_TOOLS]


def _member(data: bytes, shape: re.Pattern[str]) -> bytes:
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            return _zipped(data, shape)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if shape.fullmatch(member.name) and member.isreg() and member.size <= _LIMIT:
                    stream = archive.extractfile(member)
                    return stream.read(_LIMIT) if stream else b""
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, ValueError):
        return b""
    return b""


def _zipped(data: bytes, shape: re.Pattern[str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if shape.fullmatch(name):
                with archive.open(name) as stream:
                    return stream.read(_LIMIT)
    return b""
