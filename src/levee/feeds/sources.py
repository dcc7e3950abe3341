"""Sources that are known by name: data with a version, beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from levee.feeds.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source that is known by name; `hours` between two looks, the first address that answers is taken."""

    name: str
    title: str
    kind: Kind
    hours: int
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All of them, and the version of the list."""

    version: str
    named: Mapping[str, Source]


@cache
def known() -> Sources:
    """The list that comes with Levee."""
    data = tomllib.loads((Path(__file__).parent / "sources.toml").read_text())
    single = [Source(**{**each, "kind": Kind(each["kind"]), "urls": tuple(each["urls"])}) for each in data["source"]]
    several = [
        Source(
            name="osv-" + ecosystem.lower().replace(" ", "-"),
            title=group["title"].format(ecosystem=ecosystem),
            kind=Kind(group["kind"]),
            hours=group["hours"],
            urls=(group["url"].format(ecosystem=quote(ecosystem)),),
        )
        for group in data["ecosystems"]
        for ecosystem in group["named"]
    ]
    return Sources(version=data["version"], named={each.name: each for each in (*single, *several)})
