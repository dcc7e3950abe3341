"""How a proof names a public entry of a package: `MODULE:NAME.NAME`, or `MODULE` alone for the module itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from levee.kernel.errors import BadInput
from levee.validation.engine.kinds import Language

if TYPE_CHECKING:
    from levee.formats.strict_json import Json

_LENGTH = 200
_JS_MODULE = re.compile(r"(?:@[a-z0-9~][a-z0-9._~-]*/)?[A-Za-z0-9~][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_JS_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_PY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FORBIDDEN = {
    Language.JAVASCRIPT: frozenset(
        {"constructor", "prototype", "call", "apply", "bind", "caller", "callee", "arguments", "toString", "valueOf"}
    ),
    Language.PYTHON: frozenset({"mro"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A public entry: own data properties of a module's exports, step by step."""

    module: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.module}:{'.'.join(self.path)}"


def parse_entry(value: Json, place: str, language: Language) -> Entry:
    """Read an entry.

    Raises:
        BadInput: it is not of the form `MODULE:NAME.NAME`, or a name on it is never public.
    """
    if not isinstance(value, str) or len(value) > _LENGTH:
        _refuse(f"an entry is text of at most {_LENGTH} characters: MODULE:NAME", place)
    module, _, dotted = value.partition(":")
    path = tuple(dotted.split(".")) if dotted else ()
    _check_module(module, place, language)
    for name in path:
        check_name(name, place, language)
    if language is Language.PYTHON and not path:
        _refuse("a Python entry names something in its module: MODULE:NAME", place)
    return Entry(module=module, path=path)


def check_name(name: Json, place: str, language: Language) -> str:
    """Check one name of an entry, or of a method of a result.

    Raises:
        BadInput: it is no name, or never a public one (`constructor`, `__proto__`, a leading underscore in Python, …).
    """
    shape = _JS_NAME if language is Language.JAVASCRIPT else _PY_NAME
    if not isinstance(name, str) or not shape.fullmatch(name):
        _refuse(f"{name!r} is not a public name", place)
    if name in _FORBIDDEN[language] or name.startswith("__"):
        _refuse(f"{name} leads to the language's own objects and is never an entry", place)
    return name


def _check_module(module: str, place: str, language: Language) -> None:
    if language is Language.PYTHON:
        fits = all(_PY_NAME.fullmatch(part) for part in module.split("."))
    else:
        fits = _JS_MODULE.fullmatch(module) is not None and ".." not in module
    if not fits:
        _refuse(f"{module!r} is not the name of a module", place)


def _refuse(message: str, place: str) -> NoReturn:
    raise BadInput(message, code="proof.entry", place=place or "/")
