"""Semantic versions, read as feeds write them: a leading `v`, fewer or more than three numbers (SemVer 2.0.0, 11)."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(
    r"[vV=]?(?P<core>[0-9]+(?:\.[0-9]+)*)(?:-(?P<pre>[0-9A-Za-z._-]+))?(?:\+(?P<build>[0-9A-Za-z._+-]*))?"
)
_BEFORE_RELEASE, _RELEASE = b"\x01", b"\x02"
_END, _NUMERIC, _WORD = b"\x01", b"\x02", b"\x03"


def semver(version: str) -> bytes | None:
    """npm, crates.io, Go, Bitnami, Hex, SwiftURL: build metadata says nothing."""
    match = _SHAPE.fullmatch(version)
    return _key(match["core"], match["pre"]) if match else None


def nuget(version: str) -> bytes | None:
    """NuGet: four numbers, letter case says nothing."""
    return semver(version.lower())


def pub(version: str) -> bytes | None:
    """Dart's pub: as SemVer, but build metadata orders after its absence."""
    match = _SHAPE.fullmatch(version)
    if match is None:
        return None
    build = b"" if match["build"] is None else _identifiers(match["build"])
    return _key(match["core"], match["pre"]) + build


def _key(core: str, pre: str | None) -> bytes:
    release = _RELEASE if pre is None else _BEFORE_RELEASE + _identifiers(pre)
    return encode.components(core.split(".")) + release


def _identifiers(joined: str) -> bytes:
    return b"".join(_identifier(part) for part in joined.split(".")) + _END


def _identifier(part: str) -> bytes:
    if part.isdigit():
        return _NUMERIC + encode.number(part)
    return _WORD + encode.text(part)
