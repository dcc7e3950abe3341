"""What a forgery is, and the words that all kinds of them are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

Json = Any
_SLOT = re.compile(r"\{\{[A-Z]+\}\}")
Maker = Callable[[Random], Iterator["Forgery"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A proof that must not be confirmed: nothing is wrong with the target in the way it says.

    Attributes:
        kind: which trick it is. target, contrast: specs, chosen by the forger. document: the proof as bytes.
    """

    kind: str
    target: str
    contrast: str
    document: bytes


PAIRS = {
    "minimist": ("npm:minimist@0.0.8", "npm:minimist@1.2.8"),
    "lodash": ("npm:lodash@4.17.11", "npm:lodash@4.17.21"),
    "ini": ("npm:ini@1.3.5", "npm:ini@1.3.8"),
    "y18n": ("npm:y18n@4.0.0", "npm:y18n@4.0.3"),
    "adm-zip": ("npm:adm-zip@0.4.7", "npm:adm-zip@0.5.16"),
    "macaddress": ("npm:macaddress@0.2.8", "npm:macaddress@0.2.9"),
    "lodash-later": ("npm:lodash@4.17.21", "npm:lodash@4.17.23"),
    "adm-zip-later": ("npm:adm-zip@0.4.16", "npm:adm-zip@0.5.16"),
    "needle": ("npm:needle@2.4.0", "npm:needle@3.3.1"),
    "pyyaml": ("pypi:PyYAML@5.3.1", "pypi:PyYAML@5.4.1"),
    "pyyaml-earlier": ("pypi:PyYAML@6.0.2", "pypi:PyYAML@5.4.1"),
    "sqlparse": ("pypi:sqlparse@0.4.1", "pypi:sqlparse@0.4.2"),
}
"""The later pairs have no flaw of the claimed kind on either side."""

BENIGN: dict[str, tuple[str, list[Json]]] = {
    # a public entry of each package and a harmless call's arguments
    "minimist": ("minimist", [["--a", "b"]]),
    "lodash": ("lodash:merge", [{"a": 1}, {"b": 2}]),
    "ini": ("ini:parse", ["a = b\n"]),
    "y18n": ("y18n", [{"updateFiles": False}]),
    "adm-zip": ("adm-zip", []),
    "macaddress": ("macaddress:one", ["lo", {"$noop": True}]),
    "pyyaml": ("yaml:safe_load", ["a: 1"]),
    "sqlparse": ("sqlparse:split", ["select 1"]),
}
NPM = ("minimist", "lodash", "ini", "y18n")
PYPI = ("pyyaml", "sqlparse")


def call(entry: str, *args: Json, **more: Json) -> dict[str, Json]:
    """A step that calls an entry."""
    return {"call": entry, "args": list(args), **more}


def on(receiver: int, method: str, *args: Json, **more: Json) -> dict[str, Json]:
    """A step that calls a method of an earlier step's result."""
    return {"on": receiver, "method": method, "args": list(args), **more}


def language(package: str) -> str:
    """The language of a package of PAIRS."""
    return "python" if PAIRS[package][0].startswith("pypi:") else "javascript"


def harmless(package: str) -> dict[str, Json]:
    """A harmless call of a package."""
    entry, args = BENIGN[package]
    return call(entry, *args)


def forge(kind: str, package: str, document: Json) -> Forgery:
    """A forgery of a document that may be any JSON, or bytes as they are."""
    target, contrast = PAIRS[package]
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Forgery(kind=kind, target=target, contrast=contrast, document=data)


def calls(kind: str, package: str, steps: list[Json], benign: list[Json] | None = None, **more: Json) -> Forgery:
    """A forgery of the calls form; `more` holds the effect it claims and further fields."""
    body = {"levee": "proof/1", "form": "calls", "language": language(package), "steps": steps}
    covering = benign or [blank(step) for step in steps]
    return forge(kind, package, body | {"benign": covering} | {"kind": more.pop("claims")} | more)


def blank(value: Json) -> Json:
    """The same step without slots and grown text, so that every entry has a harmless call."""
    if isinstance(value, str):
        return value if value == "{{INSIDE}}" else _SLOT.sub("x", value)
    if isinstance(value, list):
        return [blank(inner) for inner in value]
    if isinstance(value, dict):
        return "a" if "$grow" in value else {blank(key): blank(inner) for key, inner in value.items()}
    return value


def pollution(kind: str, package: str, steps: list[Json], benign: list[Json] | None = None) -> Forgery:
    """A forgery that claims prototype pollution."""
    return calls(kind, package, steps, benign, claims="prototype_pollution")


def command(kind: str, package: str, steps: list[Json], benign: list[Json] | None = None) -> Forgery:
    """A forgery that claims a command."""
    return calls(kind, package, steps, benign, claims="command")


def word(rng: Random) -> str:
    """A word without meaning."""
    return "".join(rng.choice("bcdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3))
