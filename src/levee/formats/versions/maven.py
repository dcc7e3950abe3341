"""Maven's versions (POM reference, "Version Order Specification", as ComparableVersion of Maven 3.9 reads it)."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_TOKENS = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|(?=[.-]))")
_NULL = frozenset({"", "final", "ga", "release"})
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
_BEFORE = {
    "alpha": b"\x01", "beta": b"\x02", "milestone": b"\x03", "rc": b"\x04", "cr": b"\x04", "snapshot": b"\x05",
}  # fmt: skip
_END, _SERVICE_PACK, _WORD, _HYPHEN_NUMBER, _DOT_NUMBER = b"\x10", b"\x11", b"\x12", b"\x20", b"\x30"


def maven(version: str) -> bytes | None:
    """None where a word that means nothing stands amid numbers (`1.final.2`): Maven's order is no order there."""
    tokens = _trimmed(_split(version.strip().lower()))
    if any(word in _NULL for _, word in tokens):
        return None
    return b"".join(_encoded(hyphen, word) for hyphen, word in tokens) + _END


def _split(version: str) -> list[tuple[bool, str]]:
    """Pairs of (begins a group, token): after a hyphen, and where digits and letters meet."""
    found: list[tuple[bool, str]] = []
    matches = _TOKENS.findall(version)
    for at, (separator, token) in enumerate(matches):
        word = token or "0"
        digits = word[0].isdigit()
        follows = matches[at + 1] if at + 1 < len(matches) else ("-", "")
        if not digits and not follows[0] and follows[1][:1].isdigit():
            word = _SHORT.get(word, word)
        # a word is a group of its own whatever stands before it: 1.0.rc1 = 1.0-rc1 = 1.0rc1
        found.append((at > 0 and (separator != "." or not digits), word))
    return found


def _trimmed(tokens: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Without what means nothing at the end of each group."""
    kept: list[tuple[bool, str]] = []
    for begins, word in tokens:
        if begins:
            _drop_nulls(kept)
        kept.append((begins, word))
    _drop_nulls(kept)
    return kept


def _drop_nulls(kept: list[tuple[bool, str]]) -> None:
    while kept and (kept[-1][1] in _NULL or not kept[-1][1].strip("0")):
        kept.pop()


def _encoded(begins: bool, word: str) -> bytes:  # noqa: FBT001 - one half of a pair
    if word[0].isdigit():
        return (_HYPHEN_NUMBER if begins else _DOT_NUMBER) + encode.number(word)
    if word in _BEFORE:
        return _BEFORE[word]
    return _SERVICE_PACK if word == "sp" else _WORD + encode.text(word)
