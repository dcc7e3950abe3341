"""Rules over every committed text: no registry is named, and no work is left behind in a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.rules.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

# Written in parts, so that this file keeps its own rule.
_REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("deb", "debian", "org"),
    ("archive", "ubuntu", "com"),
    ("proxy", "golang", "org"),
    ("index", "crates", "io"),
    ("static", "crates", "io"),
    ("rubygems", "org"),
    ("repo1", "maven", "org"),
)
_HOSTS = re.compile("|".join(r"\.".join(parts) for parts in _REGISTRIES), re.IGNORECASE)
_LEFT = re.compile(r"(?:#|//|/\*|<!--|\{#)\s*(?:TODO|FIXME|XXX|HACK)\b")  # the words only where a comment starts


def breaches(text: str) -> Iterator[Breach]:
    """What one text breaks."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _HOSTS.finditer(line):
            yield Breach(number, "registry", f"names {found[0]}: pip's and npm's configuration give the address")
        if _LEFT.search(line):
            yield Breach(number, "left-over", "open work lives in issues")
