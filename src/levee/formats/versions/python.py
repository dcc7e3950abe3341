"""Python's versions (PEP 440, "Summary of permitted suffixes and relative ordering")."""

from __future__ import annotations

import re
from functools import lru_cache

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
# The normal spelling without epoch and local part: nearly all there are, and the full grammar costs several times more.
_PLAIN = re.compile(
    r"([0-9]++(?:\.[0-9]++)*+)((?:(?:a|b|rc)[0-9]++)?(?:\.post[0-9]++)?(?:\.dev[0-9]++)?)",
)
_SUFFIX = re.compile(r"(?:(a|b|rc)([0-9]+))?(?:\.post([0-9]+))?(?:\.dev([0-9]+))?")


def pep440(version: str) -> bytes | None:
    """None for the legacy versions of before PEP 440: it gives them no order."""
    plain = _PLAIN.fullmatch(version)
    if plain is not None:
        release, suffix = plain.groups()
        return encode.NOTHING + encode.components(release.split(".")) + _plain_suffix(suffix)
    match = _SHAPE.fullmatch(version.strip())
    if match is None:
        return None
    post, dev, local = match["post"], match["dev"], match["local"]
    return b"".join(
        (
            encode.number(match["epoch"] or ""),
            encode.components(match["release"].split(".")),
            _suffix(
                match["pre_l"],
                match["pre_n"],
                post and (match["post_n1"] or match["post_n2"] or "0"),
                dev and (match["dev_n"] or "0"),
            ),
            _NO_LOCAL if local is None else _local(local),
        )
    )


@lru_cache(maxsize=4096)
def _plain_suffix(suffix: str) -> bytes:
    """What stands behind the numbers; kept, because few different ones are ever written."""
    match = _SUFFIX.fullmatch(suffix)
    return _suffix(*match.groups()) + _NO_LOCAL if match else b""


def _suffix(pre: str | None, pre_number: str | None, post: str | None, dev: str | None) -> bytes:
    """What stands between release and local part; absent parts are None."""
    if pre is not None:
        before = _PRE[pre.lower()] + encode.number(pre_number or "")
    else:
        before = _FINAL if dev is None or post is not None else _ONLY_DEV
    return b"".join(
        (
            before,
            _NO_POST if post is None else _POST + encode.number(post),
            _NO_DEV if dev is None else _DEV + encode.number(dev),
        )
    )


def _local(local: str) -> bytes:
    parts = _SEPARATOR.split(local.lower())
    return (
        b"".join(_LOCAL_NUMBER + encode.number(p) if p.isdigit() else _LOCAL_WORD + encode.text(p) for p in parts)
        + _LOCAL_END
    )
