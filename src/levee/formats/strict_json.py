"""The one strict JSON reader (RFC 8259, with the strictness of I-JSON, RFC 7493).

Two readers that disagree about the same bytes are a hole: duplicate keys, numbers outside a double's exact range,
lone surrogates and invalid UTF-8 are refused, each with its place as a JSON pointer (RFC 6901).
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, TypeAlias

from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_BYTES = 64 << 20
MAX_DEPTH = 40
MAX_EXACT_INTEGER = 2**53 - 1
_MAX_DIGITS = 400
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Pairs:
    """An object as its pairs, so that duplicate keys are seen where their place is known."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        self.pairs = pairs


class _Number:
    """A number that JSON's own grammar allows and Levee refuses; kept until its place is known."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


def read_json(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """Read one JSON document into plain Python.

    Args:
        data: UTF-8 bytes; a byte order mark at the start is passed over.
        max_bytes: the largest document taken.
        max_depth: the most arrays and objects inside one another.

    Raises:
        TooLarge: the document is longer or deeper than allowed.
        BadInput: anything else that is not strict JSON; `place` is a line and column, or a JSON pointer.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"the document has {len(data)} bytes, at most {max_bytes} are read", code="json.too_long")
    text = _decoded(data)
    _check_depth(text, max_depth)
    try:
        raw = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"not JSON: {error.msg}", code="json.syntax", place=place) from error
    except RecursionError as error:
        raise TooLarge(f"nested more than {max_depth} deep", code="json.too_deep") from error
    return _checked(raw, "")


def pointer(place: str, *parts: str | int) -> str:
    """Extend a JSON pointer by keys and positions (RFC 6901 escapes)."""
    return place + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _decoded(data: bytes) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = f"line {line}, byte {error.start}"
        raise BadInput("not valid UTF-8", code="json.encoding", place=place) from error


_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def _check_depth(text: str, max_depth: int) -> None:
    """Refuse by depth before any recursive reader sees the text."""
    depth = 0
    for match in _STRUCTURE.finditer(text):
        first = text[match.start()]
        if first in "[{":
            depth += 1
            if depth > max_depth:
                place = f"line {text.count(chr(10), 0, match.start()) + 1}"
                raise TooLarge(f"nested more than {max_depth} deep", code="json.too_deep", place=place)
        elif first in "]}":
            depth -= 1


def _integer(digits: str) -> int | _Number:
    if len(digits) > _MAX_DIGITS:
        return _Number("a number of too many digits")
    value = int(digits)
    return value if abs(value) <= MAX_EXACT_INTEGER else _Number("an integer that a double cannot hold exactly")


def _float(digits: str) -> float | _Number:
    value = float(digits) if len(digits) <= _MAX_DIGITS else math.inf
    return value if math.isfinite(value) else _Number("a number too large for a double")


def _constant(name: str) -> _Number:
    return _Number(f"{name} is not a JSON number")


def _checked(value: object, place: str) -> Json:
    if isinstance(value, _Pairs):
        return _object(value.pairs, place)
    if isinstance(value, list):
        return [_checked(inner, f"{place}/{position}") for position, inner in enumerate(value)]
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, _Number):
        raise BadInput(value.why, code="json.number", place=place or "/")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise AssertionError(type(value))  # json.loads gives no other type


def _object(pairs: list[tuple[str, object]], place: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, inner in pairs:
        here = pointer(place, _text(key, place))
        if key in found:
            raise BadInput(f"the key {key!r} stands twice", code="json.duplicate_key", place=here)
        found[key] = _checked(inner, here)
    return found


def _text(value: str, place: str) -> str:
    if _SURROGATE.search(value):
        raise BadInput("half a surrogate pair is not a character", code="json.surrogate", place=place or "/")
    return value


def as_object(value: object, place: str) -> Mapping[str, Json]:
    """The value as an object; BadInput with the place where it is something else."""
    if not isinstance(value, dict):
        raise BadInput("an object was expected here", code="json.shape", place=place or "/")
    return value


def as_list(value: object, place: str) -> Sequence[Json]:
    """The value as an array; BadInput with the place where it is something else."""
    if not isinstance(value, list):
        raise BadInput("an array was expected here", code="json.shape", place=place or "/")
    return value


def as_text(value: object, place: str) -> str:
    """The value as text; BadInput with the place where it is something else."""
    if not isinstance(value, str):
        raise BadInput("text was expected here", code="json.shape", place=place or "/")
    return value


def text_at(source: Mapping[str, Json], key: str, place: str, default: str = "") -> str:
    """The text under a key; the default where the key is absent or null; BadInput where it is no text."""
    value = source.get(key)
    return default if value is None else as_text(value, pointer(place, key))


def list_at(source: Mapping[str, Json], key: str, place: str) -> Sequence[Json]:
    """The array under a key; empty where the key is absent or null; BadInput where it is no array."""
    value = source.get(key)
    return [] if value is None else as_list(value, pointer(place, key))


def object_at(source: Mapping[str, Json], key: str, place: str) -> Mapping[str, Json]:
    """The object under a key; empty where the key is absent or null; BadInput where it is no object."""
    value = source.get(key)
    return {} if value is None else as_object(value, pointer(place, key))
