"""Packagist's versions (composer/semver on PHP's version_compare): four numbers, then a stability and its numbers."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(r"[vV]?(?P<core>[0-9]+(?:\.[0-9]+)*)(?P<rest>.*)")
_REST = re.compile(r"(?:[._+-]?(?:[0-9]+|[A-Za-z]+))*")
_TOKENS = re.compile(r"[0-9]+|[A-Za-z]+")
# PHP knows a stability by any beginning of its name; composer writes out the short forms.
_BEFORE = {
    "dev": b"\x01", "alpha": b"\x02", "a": b"\x02", "beta": b"\x03", "b": b"\x03", "rc": b"\x04", "c": b"\x04",
}  # fmt: skip
_END, _NUMBER, _PATCH = b"\x05", b"\x06", b"\x07"
_PATCHES = frozenset({"pl", "p", "patch", "post"})


def packagist(version: str) -> bytes | None:
    """None for branches (`dev-main`) and for words that say nothing about stability: they have no order."""
    match = _SHAPE.fullmatch(version.strip().partition("+")[0])
    if match is None or not _REST.fullmatch(match["rest"]):
        return None
    key = encode.components(match["core"].split("."))
    for word in _TOKENS.findall(match["rest"].lower()):
        if word[0] <= "9":
            key += _NUMBER + encode.number(word)
        elif word in _PATCHES:
            key += _PATCH
        elif word in _BEFORE:
            key += _BEFORE[word]
        elif word != "stable":
            return None
    return key + _END
