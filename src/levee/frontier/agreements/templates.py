"""Templates of agreements, as versioned data: files beside this module; a version is never changed once it is out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from levee.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = files("levee.frontier.agreements") / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What an agreement of a kind may say.

    Attributes:
        name: with its version, `eo-14409-1`.
        source: where its limits come from.
        longest_days: of the window; a longer one is another agreement.
        levels: of access. operations: that may be asked of a model.
        says: each clause in plain words, with the agreement's own terms in braces.
    """

    name: str
    title: str
    source: str
    longest_days: int
    levels: tuple[str, ...]
    operations: tuple[str, ...]
    says: Mapping[str, str]


@cache
def shipped() -> Mapping[str, Template]:
    """All templates, by name."""
    paths = sorted((path for path in FOLDER.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return {name: _read(name, path.read_text()) for path in paths if (name := path.name.removesuffix(".toml"))}


def template(name: str) -> Template:
    """One of them.

    Raises:
        NotFound: there is none by that name.
    """
    if name not in shipped():
        raise NotFound("there is no such template", place="/template", advice=f"one of: {', '.join(shipped())}")
    return shipped()[name]


def _read(name: str, text: str) -> Template:
    data = tomllib.loads(text)
    return Template(
        name=name,
        title=data["title"],
        source=data["source"],
        longest_days=data["longest_days"],
        levels=tuple(data["levels"]),
        operations=tuple(data["operations"]),
        says=data["says"],
    )
