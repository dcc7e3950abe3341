"""The outline of a JSON document, by which scanners recognise their own: lists are cut to their first element."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from levee.formats.plain_text import text_of
from levee.formats.scans.nodes import Node

if TYPE_CHECKING:
    from levee.formats.strict_json import Json

DEPTH = 7
MEMBERS = 60
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def sketch(data: bytes) -> Node:
    """The outline of a document, or of the first of several; null where there is none. It never raises."""
    with suppress(*_UNREADABLE):
        return Node(_cut(msgspec.Raw(data.removeprefix(b"\xef\xbb\xbf")), DEPTH, every=True))
    text = text_of(data).lstrip()
    with suppress(ValueError, RecursionError):
        value, end = json.JSONDecoder().raw_decode(text)
        return Node([value] if text[end:].strip() else value)
    return Node(None)


def _cut(raw: msgspec.Raw, depth: int, *, every: bool = False) -> Json:
    start = bytes(memoryview(raw)[:64]).lstrip()[:1]
    if start not in {b"{", b"["}:
        return _ANY.decode(raw)  # type: ignore[no-any-return]  # neither object nor array
    if start == b"{":
        members = _OBJECT.decode(raw)
        kept = list(members.items()) if every else list(members.items())[:MEMBERS]
        return {key: _cut(value, depth - 1) if depth else None for key, value in kept}
    elements = _LIST.decode(raw)
    return [_cut(elements[0], depth - 1)] if elements and depth else []
