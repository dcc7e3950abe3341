"""A cheap look at a file, by which importers recognise what is theirs. Each answer is worked out once, when asked."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from levee.formats.plain_text import as_utf8, text_of
from levee.formats.scans.sketch import sketch
from levee.formats.strict_xml import Root, root_of
from levee.formats.tables import folded, text_records

if TYPE_CHECKING:
    from levee.formats.scans.nodes import Node

HEAD = 64 << 10
_LINES = 200
_TOKEN = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?P<colon>\s*:)?|(?P<mark>[{}\[\]])', re.DOTALL)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)


class Sample:
    """A file as importers see it before one of them reads it.

    Args:
        data: the file as received.
        filename: as its sender calls it.

    `data` is the file in the encoding that importers read: UTF-8 where it was UTF-16.
    """

    def __init__(self, data: bytes, filename: str) -> None:
        self.data = as_utf8(data)
        self.filename = filename.replace("\\", "/").rpartition("/")[2]

    @cached_property
    def head(self) -> str:
        """The first 64 KiB as text."""
        return text_of(self.data[:HEAD].rstrip(b"\x80\xbf"))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The first lines that say anything, two hundred at most, stripped at their ends."""
        found = (line.rstrip() for line in self.head.splitlines())
        return tuple([line for line in found if line.strip()][:_LINES])

    @cached_property
    def is_json(self) -> bool:
        """Whether it begins as a JSON object or array does."""
        return self.head.lstrip()[:1] in {"{", "["}

    @cached_property
    def json_keys(self) -> frozenset[str]:
        """The keys of the JSON object that the file is; of a file that breaks off, those in its first 64 KiB."""
        return frozenset(self._json_object)

    @cached_property
    def json_item_keys(self) -> frozenset[str]:
        """The keys of the first object of a JSON array, or of JSON Lines."""
        return frozenset(self._json_first)

    def json_text(self, key: str) -> str:
        """The text under a key of the object that the file is, or of its first item; empty where there is none."""
        found = self._json_object.get(key, self._json_first.get(key))
        if not isinstance(found, msgspec.Raw):
            return found if isinstance(found, str) else ""
        try:
            return _TEXT.decode(found)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ""

    @cached_property
    def json_lines(self) -> bool:
        """Whether it is JSON Lines: an object on each line."""
        return len(self.lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in self.lines[:2])

    @cached_property
    def json_sketch(self) -> Node:
        """The outline of the JSON document: all its keys, and of every list the first element."""
        return sketch(self.data)

    @cached_property
    def xml_root(self) -> Root | None:
        """Tag and namespace of the first element; None where it is no XML.

        Raises:
            BadInput: entities are declared.
        """
        return root_of(self.data) if self.data[:HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<" else None

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The fields of the first line that says anything, folded to lower case and single spaces."""
        first = next(text_records(self.data[:HEAD]), None)
        return tuple(folded(cell) for cell in first.cells) if first else ()

    @cached_property
    def zip_members(self) -> frozenset[str]:
        """The names in a zip file, nothing of which is unpacked; empty where it is none."""
        if not self.data.startswith(b"PK"):
            return frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return frozenset(archive.namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError):
            return frozenset()

    @cached_property
    def _json_object(self) -> dict[str, object]:
        if not self.head.lstrip().startswith("{"):
            return {}
        try:
            return dict(_OBJECT.decode(self.data.removeprefix(b"\xef\xbb\xbf")))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._first_object(self.head.lstrip())

    @cached_property
    def _json_first(self) -> dict[str, object]:
        text = self.head.lstrip()
        if text.startswith("["):
            return self._first_object(text[1:].lstrip())
        return self._json_object if self.json_lines else {}

    def _first_object(self, text: str) -> dict[str, object]:
        """The first object of a text that may break off in it: then its keys alone."""
        try:
            found, _ = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return dict.fromkeys(_keys_at_the_top(text))
        return found if isinstance(found, dict) else {}


def _keys_at_the_top(text: str) -> list[str]:
    """The keys of the first object in a text that may break off anywhere."""
    depth, found = 0, []
    for token in _TOKEN.finditer(text):
        mark = token["mark"]
        if mark in {"{", "["}:
            depth += 1
        elif mark:
            depth -= 1
            if depth == 0:
                break
        elif token["colon"] and depth == 1:
            found.append(token["text"])
    return found
