"""Stated comparisons (`1.2 < 1.10`, one a line) held against the order that matching uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats import versions
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE = re.compile(r"(?P<left>\S+(?: +\S+)*?)\s+(?P<relation>[<>=])\s+(?P<right>\S+(?: +\S+)*)")
_COMMENT = ("#", "//")
_TYPES = {
    "cargo": "semver", "golang": "semver", "deb": "deb", "rpm": "rpm", "apk": "apk", "gem": "gem",
    "composer": "packagist", "redhat": "rpm", "rockylinux": "rpm", "azurelinux": "rpm", "photonos": "rpm",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the file: its number from 1, its text, and why it is named."""

    number: int
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """What came of a file.

    Attributes:
        read: how many comparisons it states. untrue: those that are not so.
        unordered: those with a version that the scheme gives no order; neither true nor untrue.
        not_understood: lines that state no comparison.
    """

    scheme: str
    read: int
    untrue: tuple[Line, ...]
    unordered: tuple[Line, ...]
    not_understood: tuple[Line, ...]


def scheme_named(name: str) -> str:
    """The scheme for an OSV ecosystem (`PyPI`, `Debian:12`), a package URL's type or a scheme's own name.

    Raises:
        BadInput: Levee has no order for it.
    """
    bare = name.partition(":")[0].strip().lower()
    found = versions.scheme_of_ecosystem(name) or (bare if bare in versions.SCHEMES else _TYPES.get(bare))
    if found is None:
        known = ", ".join(sorted(versions.SCHEMES))
        advice = f"name an OSV ecosystem such as PyPI, or one of {known}"
        raise BadInput(f"there is no order of versions for {name[:60]!r}", place="ecosystem", advice=advice)
    return found


def check_lines(scheme: str, lines: Iterable[str]) -> Comparisons:
    """Hold lines of the form `a < b`, `a = b` or `a > b` against a scheme's order; blanks and comments say nothing.

    Args:
        scheme: a name of `SCHEMES`.
        lines: in the file's order.
    """
    untrue, unordered, odd = [], [], []
    read = 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(_COMMENT):
            continue
        stated = _LINE.fullmatch(text)
        if stated is None:
            odd.append(Line(number=number, text=text, why="this is not `version < version`, with < = or >"))
            continue
        read += 1
        left, right = (versions.sort_key(scheme, stated[side]) for side in ("left", "right"))
        if left is None or right is None:
            without = stated["left"] if left is None else stated["right"]
            unordered.append(Line(number=number, text=text, why=f"{without} has no order in {scheme}"))
            continue
        relation = "<" if left < right else ">" if left > right else "="
        if relation != stated["relation"]:
            why = f"{stated['left']} {relation} {stated['right']}"
            untrue.append(Line(number=number, text=text, why=why))
    return Comparisons(
        scheme=scheme, read=read, untrue=tuple(untrue), unordered=tuple(unordered), not_understood=tuple(odd)
    )
