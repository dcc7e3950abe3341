"""Debian's versions (deb-version(7), "Sorting algorithm"): `[epoch:]upstream[-revision]`."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(r"(?:(?P<epoch>[0-9]{1,10}):)?(?P<upstream>[0-9A-Za-z.+:~-]+?)(?:-(?P<revision>[0-9A-Za-z.+~]+))?")
_RUNS = re.compile(r"([^0-9]*)([0-9]*)")
_TILDE, _END = 0x01, 0x02
_RANK = bytes.maketrans(
    b"~" + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + b"+-.:",
    bytes((_TILDE,)) + bytes(range(0x10, 0x10 + 52)) + bytes(range(0x50, 0x54)),
)


def dpkg(version: str) -> bytes | None:
    """Debian, Ubuntu; an absent epoch or revision is zero."""
    match = _SHAPE.fullmatch(version.strip())
    if match is None:
        return None
    return encode.number(match["epoch"] or "") + _part(match["upstream"]) + _part(match["revision"] or "")


def _part(part: str) -> bytes:
    """Runs of other characters and of digits in turn; a tilde sorts before the end, letters before the rest."""
    out = bytearray()
    for words, digits in _RUNS.findall(part or "0"):
        if not words and not digits:
            break
        out += words.encode("ascii").translate(_RANK)
        out.append(_END)
        out += encode.number(digits)
    out.append(_END)
    return bytes(out)
