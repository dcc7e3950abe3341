"""Pieces of order-preserving byte strings: comparing the bytes compares the versions.

A piece never begins another piece of its kind, so the first byte that differs decides as the first part does.
"""

from __future__ import annotations

import re

MAX_DIGITS = 240
MAX_LENGTH = 512
NOTHING = b"\x00"
"""Zero, as `number` writes it."""

DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class TooLong(ValueError):
    """A number of more digits than a key holds: the version counts as unknown."""


def number(digits: str, *, above: int = 0) -> bytes:
    """A natural number of any size: its length, then its digits; zero has length 0.

    Args:
        digits: ASCII digits, or nothing for zero.
        above: added to the length byte, so that lower byte values stay free for other meanings (at most 15).
    """
    bare = digits.lstrip("0")
    if len(bare) > MAX_DIGITS:
        raise TooLong
    return bytes((len(bare) + above,)) + bare.encode("ascii")


def text(value: str) -> bytes:
    """Text ordered by its bytes, a beginning before what it begins; the value holds no NUL."""
    return value.encode("utf-8") + b"\x00"


def components(parts: list[str]) -> bytes:
    """Numbers whose trailing zeros say nothing (`1` = `1.0`); ends below any further component."""
    try:
        joined = b"".join(map(_SMALL.__getitem__, parts))
    except KeyError:
        joined = b"".join([number(part, above=1) for part in parts])
    return joined.rstrip(_ZERO) + b"\x00"


_ZERO = number("0", above=1)
"""No digit looks like it, so that what ends in it ends in zeros."""
_SMALL = {str(value): number(str(value), above=1) for value in range(1000)}  # nearly all components there are
