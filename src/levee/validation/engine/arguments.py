"""Plain arguments of a call: constants, lists, objects, tags that the harness builds, and slots that it fills.

An argument never refers to anything: no result of a step, no callback, no code. Data that cannot read the target cannot
find out which version it is run on.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from levee.formats.strict_json import Json, pointer
from levee.kernel.errors import BadInput
from levee.validation.engine.entries import parse_entry
from levee.validation.engine.kinds import ALLOWED_SLOTS, TRUSTED_SLOTS, Kind, Language, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT = re.compile(r"\{\{([A-Z]+)\}\}")
_FLOAT = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,17})?(?:e-?[0-9]{1,2})?")
_MEMBER_CONTENTS = ("text", "bytes", "symlink")
_ARCHIVE_LIMIT = 64
_GROW_FIELDS = {"before", "unit", "after"}


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is allowed while the arguments of one list of steps are read, and what was met.

    Attributes:
        results: how many earlier steps' results may be arguments; always 0 but where a test switches the rule off.
    """

    kind: Kind
    language: Language
    benign: bool
    results: int = 0
    slots: set[Slot] = field(default_factory=set)
    grown: int = 0


def check_argument(value: Json, place: str, reading: Reading, *, trusted: bool) -> None:
    """Check one argument, noting its slots in `reading`.

    Raises:
        BadInput: an unknown tag or slot, a tag out of place, a slot that the kind does not have.
    """
    if trusted:
        _check_trusted(value, place, reading)
    elif isinstance(value, str):
        _check_text(value, place, reading)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            check_argument(inner, pointer(place, index), reading, trusted=False)
    elif isinstance(value, dict):
        _check_object(value, place, reading)


def tag_of(value: dict[str, Json]) -> str | None:
    """The tag of an object, or None for a plain object."""
    return next((key for key in value if key.startswith("$")), None)


def _refuse(message: str, place: str, code: str = "proof.argument") -> NoReturn:
    raise BadInput(message, code=code, place=place or "/")


def _check_trusted(value: Json, place: str, reading: Reading) -> None:
    if isinstance(value, list | dict):
        _refuse("a trusted argument is a constant or a slot of the harness", place, "proof.trusted")
    if isinstance(value, str):
        for slot in _slots(value, place, reading):
            if slot not in TRUSTED_SLOTS:
                _refuse(f"{{{{{slot}}}}} may not stand in a trusted argument", place, "proof.trusted")
            if value != f"{{{{{slot}}}}}":
                _refuse("a trusted argument with a slot is that slot alone", place, "proof.trusted")
            reading.slots.add(slot)


def _check_text(value: str, place: str, reading: Reading) -> None:
    for slot in _slots(value, place, reading):
        if slot in TRUSTED_SLOTS:
            _refuse(f"{{{{{slot}}}}} stands only in an argument marked trusted", place, "proof.slot")
        if reading.benign:
            _refuse("a benign call has no slots but {{INSIDE}}", place, "proof.slot")
        reading.slots.add(slot)


def _slots(value: str, place: str, reading: Reading) -> Iterator[Slot]:
    for match in SLOT.finditer(value):
        name = match[1]
        if name not in {str(slot) for slot in Slot} or Slot(name) not in ALLOWED_SLOTS[reading.kind]:
            _refuse(f"the kind {reading.kind} has no slot {match[0]}", place, "proof.slot")
        yield Slot(name)


def _check_object(value: dict[str, Json], place: str, reading: Reading) -> None:
    tag = tag_of(value)
    if tag is None:
        for key, inner in value.items():
            _check_text(key, pointer(place, key), reading)
            check_argument(inner, pointer(place, key), reading, trusted=False)
        return
    if len(value) != 1:
        _refuse(f"the tag {tag} stands alone in its object", place, "proof.tag")
    checks = {
        "$bytes": _check_bytes,
        "$undef": _check_flag,
        "$noop": _check_flag,
        "$float": _check_float,
        "$json": _check_json,
        "$members": _check_members,
        "$zip": _check_zip,
        "$tar": _check_tar,
        "$grow": _check_grow,
        "$name": _check_name,
        "$result": _check_result,
    }
    check = checks.get(tag)
    if check is None:
        raise BadInput(
            f"there is no tag {tag}",
            code="proof.tag",
            place=pointer(place, tag),
            advice='an object with a key that begins with $ is written {"$members": [[key, value], …]}',
        )
    check(value[tag], pointer(place, tag), reading)


def check_base64(value: Json, place: str) -> bytes:
    """The bytes of a base64 text (RFC 4648, section 4).

    Raises:
        BadInput: it is not base64.
    """
    if not isinstance(value, str):
        _refuse("base64 text is wanted", place)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        _refuse("this is not base64", place)


def _check_bytes(value: Json, place: str, _reading: Reading) -> None:
    check_base64(value, place)


def _check_flag(value: Json, place: str, reading: Reading) -> None:
    if value is not True:
        _refuse("this tag's value is true", place, "proof.tag")
    if place.endswith("$undef") and reading.language is not Language.JAVASCRIPT:
        _refuse("$undef is JavaScript's", place, "proof.tag")


def _check_float(value: Json, place: str, _reading: Reading) -> None:
    if not isinstance(value, str) or not _FLOAT.fullmatch(value):
        _refuse("a finite decimal number of at most 17 digits is wanted, as text", place, "proof.number")


def _check_json(value: Json, place: str, reading: Reading) -> None:
    for inner_place, inner in _walk(value, place):
        if isinstance(inner, str):
            _check_text(inner, inner_place, reading)
        elif isinstance(inner, dict):
            for key in inner:
                _check_text(key, pointer(inner_place, key), reading)


def _walk(value: Json, place: str) -> Iterator[tuple[str, Json]]:
    yield place, value
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, pointer(place, index))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, pointer(place, key))


def _check_members(value: Json, place: str, reading: Reading) -> None:
    if not isinstance(value, list):
        _refuse("a list of [key, value] pairs is wanted", place, "proof.tag")
    seen: set[str] = set()
    for index, pair in enumerate(value):
        here = pointer(place, index)
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):  # noqa: PLR2004 (a pair)
            _refuse("a [key, value] pair is wanted", here, "proof.tag")
        if pair[0] in seen:
            _refuse("the key stands twice", here, "proof.tag")
        seen.add(pair[0])
        _check_text(pair[0], here, reading)
        check_argument(pair[1], pointer(here, 1), reading, trusted=False)


def _check_zip(value: Json, place: str, reading: Reading) -> None:
    _check_archive(value, place, reading, links=False)


def _check_tar(value: Json, place: str, reading: Reading) -> None:
    _check_archive(value, place, reading, links=True)


def _check_archive(value: Json, place: str, reading: Reading, *, links: bool) -> None:
    if not isinstance(value, list) or not 0 < len(value) <= _ARCHIVE_LIMIT:
        _refuse(f"a list of 1 to {_ARCHIVE_LIMIT} archive members is wanted", place, "proof.tag")
    for index, member in enumerate(value):
        here = pointer(place, index)
        contents = [key for key in _MEMBER_CONTENTS if isinstance(member, dict) and key in member]
        if not isinstance(member, dict) or len(contents) != 1 or set(member) != {"name", *contents}:
            _refuse("a member has a name and one of text, bytes, symlink", here, "proof.tag")
        if contents == ["symlink"] and not links:
            _refuse("links stand only in a $tar", here, "proof.tag")
        for key in ("name", *contents):
            text = member[key]
            if not isinstance(text, str):
                _refuse("text is wanted", pointer(here, key), "proof.tag")
            _check_text(text, pointer(here, key), reading)
        if contents == ["bytes"]:
            check_base64(member["bytes"], pointer(here, "bytes"))


def _check_grow(value: Json, place: str, reading: Reading) -> None:
    if reading.kind is not Kind.GROWTH or reading.benign:
        _refuse("$grow stands only in the steps of a proof of growth", place, "proof.tag")
    if not isinstance(value, dict) or set(value) - _GROW_FIELDS or not value.get("unit"):
        _refuse("$grow has a unit, and may have text before and after it", place, "proof.tag")
    for key, inner in value.items():
        if not isinstance(inner, str):
            _refuse("text is wanted", pointer(place, key), "proof.tag")
    if any(character.isdigit() for character in str(value["unit"])):
        _refuse("the unit holds a digit: a size is a length, never a number", pointer(place, "unit"), "proof.tag")
    reading.grown += 1


def _check_name(value: Json, place: str, reading: Reading) -> None:
    if reading.language is not Language.PYTHON:
        _refuse("$name is Python's", place, "proof.tag")
    parse_entry(value, place, reading.language)


def _check_result(value: Json, place: str, reading: Reading) -> None:
    if not reading.results:
        _refuse("no result of a step may be an argument: it may only receive a later call", place, "proof.result")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < reading.results:
        _refuse("an earlier step's number is wanted", place, "proof.result")
