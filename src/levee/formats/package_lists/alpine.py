"""Alpine and its kin: `apk list --installed`, `apk info -v`, and apk's own database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.package_lists.listed import Line, Listed, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAMED = r"(?P<name>[A-Za-z0-9_.][A-Za-z0-9_.+-]*?)-(?P<version>\d[A-Za-z0-9._]*-r\d+)"
_LISTED = re.compile(
    rf"^{_NAMED} \S+ \{{(?P<origin>[^}}]*)\}} \((?P<licence>.*)\)(?: \[(?P<state>[^\]]*)\])?(?: \[[^\]]*\])*$"
)
_INFO = re.compile(rf"^{_NAMED}(?: - .*)?$")


def is_apk(lines: Sequence[str]) -> bool:
    """Whether these are lines of `apk list` or `apk info -v`."""
    return sum(bool(_LISTED.match(line) or _INFO.match(line)) for line in lines) * 2 > len(lines)


def read_apk(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`apk list --installed`, which names the origin, by which advisories go; or `apk info -v`, which does not."""
    for line in lines:
        row = _LISTED.match(line.text)
        if row is not None:
            there = (row["state"] or "").startswith(("installed", "upgradable"))
            yield (
                Listed(line, row["name"], row["version"], row["origin"])
                if there
                else Unlisted(line, f"{row['name']} is not installed")
            )
            continue
        info = _INFO.match(line.text)
        yield (
            Listed(line, info["name"], info["version"])
            if info
            else Unlisted(line, "not a row of apk list or apk info -v")
        )


def is_apk_database(lines: Sequence[str]) -> bool:
    """Whether these are lines of /lib/apk/db/installed."""
    head = {line[:2] for line in lines[:30]}
    return {"P:", "V:", "A:"} <= head


def read_apk_database(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """/lib/apk/db/installed."""
    fields: dict[str, str] = {}
    first: Line | None = None
    for line in lines:
        if line.text.startswith("C:") or (line.text.startswith("P:") and "P" in fields):
            if first is not None:
                yield _of_fields(first, fields)
            fields, first = {}, None
        first = first or line
        fields.setdefault(line.text[:1], line.text[2:])
    if first is not None:
        yield _of_fields(first, fields)


def _of_fields(line: Line, fields: dict[str, str]) -> Listed | Unlisted:
    if not fields.get("P") or not fields.get("V"):
        return Unlisted(line, "a package without a name or a version")
    return Listed(line, fields["P"], fields["V"], fields.get("o", ""))
