"""Python's versions (PEP 440, "Summary of permitted suffixes and relative ordering")."""

from __future__ import annotations

import re

from packaging.version import VERSION_PATTERN

from levee.formats.versions import encode

_SHAPE = re.compile(VERSION_PATTERN, re.VERBOSE | re.IGNORECASE | re.ASCII)
_PRE = {
    "a": b"\x01",
    "alpha": b"\x01",
    "b": b"\x02",
    "beta": b"\x02",
    "c": b"\x03",
    "rc": b"\x03",
    "pre": b"\x03",
    "preview": b"\x03",
}
_ONLY_DEV, _FINAL = b"\x00", b"\x04"
_NO_POST, _POST = b"\x00", b"\x01"
_DEV, _NO_DEV = b"\x00", b"\x01"
_NO_LOCAL, _LOCAL_END, _LOCAL_WORD, _LOCAL_NUMBER = b"\x00", b"\x01", b"\x02", b"\x03"
_SEPARATOR = re.compile(r"[._-]")


def pep440(version: str) -> bytes | None:
    """None for the legacy versions of before PEP 440: it gives them no order."""
    if encode.DOTTED.fullmatch(version):  # most are, and the full grammar costs five times as much
        return b"\x00" + encode.components(version.split(".")) + _FINAL + _NO_POST + _NO_DEV + _NO_LOCAL
    match = _SHAPE.fullmatch(version.strip())
    if match is None:
        return None
    post, dev, local = match["post"], match["dev"], match["local"]
    return b"".join(
        (
            encode.number(match["epoch"] or ""),
            encode.components(match["release"].split(".")),
            _pre(match),
            _NO_POST if post is None else _POST + encode.number(match["post_n1"] or match["post_n2"] or ""),
            _NO_DEV if dev is None else _DEV + encode.number(match["dev_n"] or ""),
            _NO_LOCAL if local is None else _local(local),
        )
    )


def _pre(match: re.Match[str]) -> bytes:
    if match["pre"] is not None:
        return _PRE[match["pre_l"].lower()] + encode.number(match["pre_n"] or "")
    return _ONLY_DEV if match["dev"] is not None and match["post"] is None else _FINAL


def _local(local: str) -> bytes:
    parts = _SEPARATOR.split(local.lower())
    return (
        b"".join(_LOCAL_NUMBER + encode.number(p) if p.isdigit() else _LOCAL_WORD + encode.text(p) for p in parts)
        + _LOCAL_END
    )
