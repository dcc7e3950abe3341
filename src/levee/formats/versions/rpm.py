"""RPM's versions (rpm-version(7) and rpmvercmp): `[epoch:]version[-release]`."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(r"(?:(?P<epoch>[0-9]{1,10}):)?(?P<version>[^\s:-]+)(?:-(?P<release>[^\s:-]+))?")
_SEGMENTS = re.compile(r"[0-9]+|[A-Za-z]+|~|\^")
_TILDE, _END, _CARET, _WORD, _NUMBER = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


def rpm(version: str) -> bytes | None:
    """Red Hat, AlmaLinux, Rocky, SUSE and kin; an absent epoch is zero, an absent release sorts first."""
    match = _SHAPE.fullmatch(version.strip())
    if match is None:
        return None
    return encode.number(match["epoch"] or "") + _part(match["version"]) + _part(match["release"] or "")


def epoch_of(version: str) -> int:
    """The epoch that a version states; 0 where it states none, as RPM itself reads it."""
    match = _SHAPE.fullmatch(version.strip())
    return int(match["epoch"] or 0) if match else 0


def at_no_epoch(lo: bytes, hi: bytes, epoch: int) -> tuple[bytes, bytes] | None:
    """An interval of keys for versions whose epoch is left out.

    Args:
        lo: the lowest key.
        hi: above the highest.
        epoch: to be taken for theirs.

    Returns:
        `lo <= key(version) < hi` where `lo <= key(epoch:version) < hi` in what was given; None where nothing is inside.
    """
    slice_, none = encode.number(str(epoch)), encode.number("")
    start = none + lo.removeprefix(slice_) if lo.startswith(slice_) else none
    end = none + hi.removeprefix(slice_) if hi.startswith(slice_) else encode.number("1")[:1]
    below, above = lo < slice_ or lo.startswith(slice_), hi > slice_
    return (start, end) if below and above and start < end else None


def _part(part: str) -> bytes:
    return b"".join(_segment(found) for found in _SEGMENTS.findall(part)) + _END


def _segment(found: str) -> bytes:
    if found == "~":
        return _TILDE
    if found == "^":
        return _CARET
    if found[0] <= "9":
        return _NUMBER + encode.number(found)
    return _WORD + encode.text(found)
