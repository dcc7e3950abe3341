"""The membership terms as versioned data: files beside this module, the newest is offered to whoever joins."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from levee.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

FOLDER = files("levee.identity") / "terms_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of the terms: numbered clauses in plain words.

    Attributes:
        clauses: name and text of each.
        harbour: what a finder who keeps to them can count on, and until where.
        duties: what each role owes to the others.
        answer_by: until when those who joined an earlier version go on as they are; for good, where it is None.
    """

    version: str
    title: str
    clauses: tuple[tuple[str, str], ...]
    harbour: tuple[str, ...]
    duties: tuple[tuple[str, str], ...]
    answer_by: datetime | None


def newest() -> Terms:
    """The version that is offered now: the last by name, which is the month that it was written in."""
    return terms(max(path.name.removesuffix(".toml") for path in FOLDER.iterdir() if path.name.endswith(".toml")))


def terms(version: str) -> Terms:
    """Read a version.

    Raises:
        NotFound: there is no such version.
    """
    path = FOLDER / f"{version}.toml"
    if not version.replace("-", "").isdigit() or not path.is_file():
        raise NotFound("there is no such version of the terms", place="version")
    data = tomllib.loads(path.read_text())
    return Terms(
        version=version,
        title=data["title"],
        clauses=tuple((clause["name"], clause["text"]) for clause in data["clause"]),
        harbour=tuple(data.get("harbour", ())),
        duties=tuple((duty["name"], duty["text"]) for duty in data.get("duty", ())),
        answer_by=data.get("answer_by"),
    )
