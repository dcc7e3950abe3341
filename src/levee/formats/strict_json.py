"""The one strict JSON reader (RFC 8259, with the strictness of I-JSON, RFC 7493).

Two readers that disagree about the same bytes are a hole: duplicate keys, numbers outside a double's exact range,
lone surrogates and invalid UTF-8 are refused, each with its place as a JSON pointer (RFC 6901).
"""

from __future__ import annotations

import json
import math
import re
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_BYTES = 64 << 20
MAX_DEPTH = 40
MAX_EXACT_INTEGER = 2**53 - 1
_MAX_DIGITS = 400
_SAFE_DIGITS = 15
"""Whole numbers of so many digits are exact in a double."""
_CUT_OFF = "it ends too soon: make it anew with the tool that wrote it, and hand it in whole"
_DAMAGED = "it is damaged there: make it anew with the tool that wrote it"
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


class _Twice:
    """Stands for an object that holds a key twice."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key


class _Number:
    """A number that JSON's own grammar allows and Levee refuses; kept until its place is known."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


class _Fault(Exception):
    """A refusal on its way out of the document; `path` grows from the inside."""

    def __init__(self, kind: type[BadInput | TooLarge], why: str, code: str, *inside: str | int) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.code = code
        self.path = list(inside)


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
    try:
        value = _DECODER.decode(text)
        if not _SURROGATE_ESCAPED.search(text) and (_few(text, max_depth) or _no_deeper(value, max_depth)):
            return value  # type: ignore[no-any-return]  # plain JSON
    except (ValueError, RecursionError):
        pass
    return _read_with_places(text, max_depth)


def _read_with_places(text: str, max_depth: int) -> Json:
    """Read a document in which something may be wrong: slower, and finds out where."""
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
        _check(value, max_depth)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        ends = error.msg.startswith("Unterminated") or not text[error.pos :].strip()
        advice = _CUT_OFF if ends else _DAMAGED
        raise BadInput(f"not JSON: {error.msg}", code="json.syntax", place=place, advice=advice) from error
    except RecursionError as error:
        raise TooLarge(f"nested more than {max_depth} deep", code="json.too_deep") from error
    except _Fault as fault:
        place = pointer("", *reversed(fault.path)) or "/"
        raise fault.kind(fault.why, code=fault.code, place=place) from None
    return value  # type: ignore[no-any-return]  # checked: nothing but plain JSON is left in it


def _few(text: str, most: int) -> bool:
    """Whether so few arrays and objects are in it that they cannot stand too deep."""
    return text.count("{") + text.count("[") <= most


def _no_deeper(value: object, depth: int) -> bool:
    """Whether no more than so many arrays and objects stand inside one another."""
    level = [value] if isinstance(value, dict | list) else []
    while level and depth:
        inside = chain.from_iterable([each.values() if type(each) is dict else each for each in level])
        level = [each for each in inside if type(each) is dict or type(each) is list]
        depth -= 1
    return not level


def check_keys(data: bytes, *, max_bytes: int = MAX_BYTES) -> None:
    """Refuse a document that holds a key twice or is no JSON at all: what `read_json` finds, several times as fast.

    For large documents that a reader of their own decodes; depth is that reader's to limit.

    Raises:
        BadInput, TooLarge: as `read_json` does, with the place.
    """
    try:
        json.loads(data.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError):
        read_json(data, max_bytes=max_bytes)  # slower, and finds out where


def _once_each(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise ValueError


def _no_number(name: str) -> None:
    raise ValueError(name)


def _plain_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _plain_integer(digits: str) -> int:
    if len(digits) > _SAFE_DIGITS:
        raise ValueError
    return int(digits)


def _plain_float(digits: str) -> float:
    value = float(digits)
    if len(digits) > _MAX_DIGITS or not math.isfinite(value):
        raise ValueError
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_plain_object, parse_int=_plain_integer, parse_float=_plain_float, parse_constant=_no_number
)
"""Reads what is strict, and refuses all else without saying where."""


def pointer(place: str, *parts: str | int) -> str:
    """Extend a JSON pointer by keys and positions (RFC 6901 escapes)."""
    return place + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _decoded(data: bytes) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = f"line {line}, byte {error.start}"
        advice = "save it as UTF-8, the only encoding that JSON has"
        raise BadInput("not valid UTF-8", code="json.encoding", place=place, advice=advice) from error


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


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | _Twice:
    """The object, or what stands twice in it: its place is known only when the whole is read."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Twice(key)
        seen.add(key)
    return found


def _check(value: object, depth: int) -> None:
    """Refuse what the hooks marked, nesting, and half characters; the path is gathered on the way out."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise _Fault(BadInput, "half a surrogate pair is not a character", "json.surrogate")
    elif isinstance(value, dict | list):
        if depth == 0:
            raise _Fault(TooLarge, "nested too deep", "json.too_deep")
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            try:
                if isinstance(step, str):
                    _check(step, depth)
                _check(inner, depth - 1)
            except _Fault as fault:
                fault.path.append(step)
                raise
    elif isinstance(value, _Twice):
        raise _Fault(BadInput, f"the key {value.key!r} stands twice", "json.duplicate_key", value.key)
    elif isinstance(value, _Number):
        raise _Fault(BadInput, value.why, "json.number")


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
    if isinstance(value, str):
        return value
    return default if value is None else as_text(value, pointer(place, key))


def list_at(source: Mapping[str, Json], key: str, place: str) -> Sequence[Json]:
    """The array under a key; empty where the key is absent or null; BadInput where it is no array."""
    value = source.get(key)
    if isinstance(value, list):
        return value
    return [] if value is None else as_list(value, pointer(place, key))


def object_at(source: Mapping[str, Json], key: str, place: str) -> Mapping[str, Json]:
    """The object under a key; empty where the key is absent or null; BadInput where it is no object."""
    value = source.get(key)
    if isinstance(value, dict):
        return value
    return {} if value is None else as_object(value, pointer(place, key))
