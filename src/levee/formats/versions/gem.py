"""RubyGems' versions (Gem::Version): numbers and words, missing numbers are zero, words sort before numbers."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_SHAPE = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_SEGMENTS = re.compile(r"[0-9]+|[A-Za-z]+")
_WORD, _ZEROS_BEFORE_WORD, _END, _ZEROS_BEFORE_NUMBER, _NUMBER = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


def gem(version: str) -> bytes | None:
    """None for what Gem::Version calls malformed."""
    bare = version.strip()
    if _SHAPE.fullmatch(bare) is None:
        return None
    segments = _canonical(_SEGMENTS.findall(bare.replace("-", ".pre.")))
    out, at = [], 0
    while at < len(segments):
        zeros = 0
        while not segments[at].strip("0"):
            zeros, at = zeros + 1, at + 1
        word = segments[at][0] > "9"
        if zeros:
            out.append(_ZEROS_BEFORE_WORD + bytes((zeros,)) if word else _ZEROS_BEFORE_NUMBER + bytes((255 - zeros,)))
        out.append(_WORD + encode.text(segments[at]) if word else _NUMBER + encode.number(segments[at]))
        at += 1
    return b"".join(out) + _END


def _canonical(segments: list[str]) -> list[str]:
    """Without the zeros that end the numbers before the first word, and without those that end the whole."""
    word = next((at for at, segment in enumerate(segments) if segment[0] > "9"), len(segments))
    head, tail = segments[:word], segments[word:]
    for part in (head, tail):
        while part and not part[-1].strip("0"):
            part.pop()
    joined = head + tail
    if len(joined) > encode.MAX_DIGITS:
        raise encode.TooLong
    return joined
