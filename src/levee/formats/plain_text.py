"""Text as programs on all systems write it: its encoding found, so that everything else reads one kind of text."""

from __future__ import annotations

import codecs
import re

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_THIRTY_TWO = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DECLARED = re.compile(r"^(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_LOOKED_AT = 4096
_MOSTLY = 0.4  # Latin text in UTF-16 without a mark: nearly every second byte is zero


def as_utf8(data: bytes) -> bytes:
    """The file in UTF-8 where it is UTF-16, with its mark or plainly without; every other file as it is.

    Windows' own tools and PowerShell's `>` write UTF-16, the latter whatever the XML that it saves declares: so that
    declaration is taken out.
    """
    encoding = _sixteen(data[:_LOOKED_AT])
    if encoding is None:
        return data
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    return _DECLARED.sub(r"\1", text, count=1).encode("utf-8", "replace")


def text_of(data: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16, else Windows-1252, as office programs write it."""
    try:
        return as_utf8(data).decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _sixteen(head: bytes) -> str | None:
    if head.startswith(_THIRTY_TWO):
        return None
    if head.startswith(_MARKS):
        return "utf-16"
    even, odd = head[0::2], head[1::2]
    if not odd:
        return None
    if odd.count(0) > _MOSTLY * len(odd) and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > _MOSTLY * len(even) and not odd.count(0) else None
