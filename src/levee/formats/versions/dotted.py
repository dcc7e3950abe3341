"""Plain dotted numbers: the only order that needs no scheme, and the schemes that are no more than that."""

from __future__ import annotations

import re

from levee.formats.versions import encode

_CRAN = re.compile(r"[0-9]+(?:[.-][0-9]+)*")
_SEPARATOR = re.compile(r"[.-]")


def generic(version: str) -> bytes | None:
    """Dotted numbers with an optional `v`; anything else is unknown, because its order would be a guess."""
    bare = version.strip()
    bare = bare[1:] if bare[:1] in {"v", "V"} else bare
    return encode.components(bare.split(".")) if encode.DOTTED.fullmatch(bare) else None


def listed(version: str) -> bytes | None:
    """CRAN, Hackage: lists of numbers in which `1.0` sorts before `1.0.0`."""
    bare = version.strip()
    if _CRAN.fullmatch(bare) is None:
        return None
    return b"".join(encode.number(part, above=1) for part in _SEPARATOR.split(bare)) + b"\x00"
