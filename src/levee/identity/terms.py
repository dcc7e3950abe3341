"""The membership terms as versioned data: files beside this module, the newest is offered to whoever joins."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from levee.kernel.errors import NotFound

CURRENT = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of the terms: numbered clauses in plain words."""

    version: str
    title: str
    clauses: tuple[tuple[str, str], ...]


@cache
def terms(version: str = CURRENT) -> Terms:
    """Read a version.

    Raises:
        NotFound: there is no such version.
    """
    path = files("levee.identity") / "terms_text" / f"{version}.toml"
    if not version.replace("-", "").isdigit() or not path.is_file():
        raise NotFound("there is no such version of the terms")
    data = tomllib.loads(path.read_text())
    return Terms(
        version=version,
        title=data["title"],
        clauses=tuple((clause["name"], clause["text"]) for clause in data["clause"]),
    )
