"""`levee-target.json`: how a target given as source is built, which programs read input, and how it is tested.

The file belongs to the target's upstream or to the coordinator who prepared the target, never to a finder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from levee.formats.strict_json import as_list, as_object, as_text, list_at, read_json, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.strict_json import Json

FILE = "levee-target.json"
FORMAT = "target/1"
MOST = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PATH = re.compile(r"(?!/)(?!.*(?:^|/)\.\.(?:/|$))[A-Za-z0-9._/@+-]{1,200}")
LANGUAGES = ("c", "javascript", "python")
REPORTS = ("", "tap", "junit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program of the target that reads input.

    Attributes:
        path: relative, after the build. control: a harmless input's path.
        arguments: `{input}` stands for the file, and is left out for standard input.
        public: users run this very program, so that what reaches it is reachable.
    """

    name: str
    path: str
    arguments: tuple[str, ...]
    control: str
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One command of the target's own test suite.

    Attributes:
        command: `{node}` and `{python}` stand for the interpreters, `{report}` for the report's path, `{root}` for the
            target's folder; a program with a relative path is the target's.
        exit: the status that means passed. stdin, stdout: paths of input and of the expected output, or empty.
        report: "tap" or "junit" when the command writes one, else empty.
    """

    name: str
    command: tuple[str, ...]
    exit: int
    stdin: str
    stdout: str
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A target's manifest as read."""

    name: str
    version: str
    language: str
    build: tuple[tuple[str, ...], ...]
    programs: Mapping[str, Program]
    tests: tuple[Test, ...]


def read_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        BadInput: with the JSON pointer of what breaks a rule. TooLarge: over 64 KiB.
    """
    document = as_object(read_json(data, max_bytes=MOST), "")
    _known(document, {"levee", "name", "version", "language", "build", "programs", "tests"}, "")
    if document.get("levee") != FORMAT:
        _refuse(f'"levee" is not "{FORMAT}"', "/levee")
    language = text_at(document, "language", "", "c")
    if language not in LANGUAGES:
        _refuse(f"language is one of {', '.join(LANGUAGES)}", "/language")
    programs = as_object(document.get("programs", {}), "/programs")
    return Manifest(
        name=_word(document, "name", ""),
        version=_word(document, "version", ""),
        language=language,
        build=tuple(_command(item, f"/build/{index}") for index, item in enumerate(list_at(document, "build", ""))),
        programs={name: _program(name, item, f"/programs/{name}") for name, item in programs.items()},
        tests=tuple(_test(item, f"/tests/{index}") for index, item in enumerate(list_at(document, "tests", ""))),
    )


def _program(name: str, value: Json, place: str) -> Program:
    item = as_object(value, place)
    _known(item, {"path", "arguments", "control", "public"}, place)
    public = item.get("public", False)
    if not _NAME.fullmatch(name) or not isinstance(public, bool):
        _refuse("a program has a name, and public is true or false", place)
    return Program(
        name=name,
        path=_path(item, "path", place),
        arguments=_words(item.get("arguments", ["{input}"]), f"{place}/arguments"),
        control=_path(item, "control", place),
        public=public,
    )


def _test(value: Json, place: str) -> Test:
    item = as_object(value, place)
    _known(item, {"name", "command", "exit", "stdin", "stdout", "report"}, place)
    status = item.get("exit", 0)
    report = text_at(item, "report", place)
    if isinstance(status, bool) or not isinstance(status, int) or report not in REPORTS:
        _refuse("exit is a number, and report is tap or junit", place)
    return Test(
        name=_word(item, "name", place),
        command=_command(item.get("command"), f"{place}/command"),
        exit=status,
        stdin=_path(item, "stdin", place) if "stdin" in item else "",
        stdout=_path(item, "stdout", place) if "stdout" in item else "",
        report=report,
    )


def _command(value: Json | None, place: str) -> tuple[str, ...]:
    words = _words(value, place)
    if not words:
        _refuse("a command names a program", place)
    return words


def _words(value: Json | None, place: str) -> tuple[str, ...]:
    words = tuple(as_text(item, f"{place}/{index}") for index, item in enumerate(as_list(value, place)))
    if any("\0" in word for word in words):
        _refuse("a word holds a NUL", place)
    return words


def _word(item: Mapping[str, Json], key: str, place: str) -> str:
    value = text_at(item, key, place)
    if not _NAME.fullmatch(value):
        _refuse("a short name is wanted", f"{place}/{key}")
    return value


def _path(item: Mapping[str, Json], key: str, place: str) -> str:
    value = text_at(item, key, place)
    if not _PATH.fullmatch(value):
        _refuse("a relative path inside the target is wanted", f"{place}/{key}")
    return value


def _known(item: Mapping[str, Json], names: set[str], place: str) -> None:
    for key in item:
        if key not in names:
            _refuse("there is no such field", f"{place}/{key}")


def _refuse(message: str, place: str) -> NoReturn:
    raise BadInput(message, code="target.manifest", place=place or "/")
