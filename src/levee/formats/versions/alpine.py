"""Alpine's versions (apk-tools, src/version.c): `1.2.3b_rc2_p4~hash-r5`."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(
    r"(?P<first>[0-9]+)(?P<core>(?:\.[0-9]+)*(?:[a-z][0-9]+(?:\.[0-9]+)*)*[a-z]?)"
    r"(?P<suffixes>(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)"
    r"(?:~(?P<hash>[0-9a-f]+))?(?:-r(?P<revision>[0-9]+))?"
)
_CORE = re.compile(r"([.a-z])([0-9]*)")
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_BEFORE = {"alpha": b"\x01", "beta": b"\x02", "pre": b"\x03", "rc": b"\x04"}
_END, _REVISION, _HASH, _SUFFIX_NUMBER = b"\x05", b"\x06", b"\x07", b"\x08"
_AFTER = {"cvs": b"\x09", "svn": b"\x0a", "git": b"\x0b", "hg": b"\x0c", "p": b"\x0d"}
_LETTER, _AFTER_LETTER, _COMPONENT = b"\x0e", b"\x0f", b"\x10"
_LEADING_ZERO = b"\x00"


def apk(version: str) -> bytes | None:
    """Alpine, Wolfi, Chainguard; None for what apk itself calls invalid."""
    match = _SHAPE.fullmatch(version.strip())
    if match is None:
        return None
    key = encode.number(match["first"])
    for lead, digits in _CORE.findall(match["core"]):
        if lead == ".":
            key += _COMPONENT + _component(digits)
        else:
            key += _LETTER + lead.encode("ascii") + (_AFTER_LETTER + encode.number(digits) if digits else b"")
    for name, digits in _SUFFIX.findall(match["suffixes"]):
        key += (_BEFORE.get(name) or _AFTER[name]) + (_SUFFIX_NUMBER + encode.number(digits) if digits else b"")
    if match["hash"]:
        key += _HASH + encode.text(match["hash"])
    if match["revision"]:
        key += _REVISION + encode.number(match["revision"])
    return key + _END


def _component(digits: str) -> bytes:
    """A later component that begins with zero is compared as text, below all that do not."""
    return _LEADING_ZERO + encode.text(digits) if digits[0] == "0" else encode.number(digits)
