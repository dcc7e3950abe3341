"""Names of files that come from outside and are laid out somewhere: relative, plain, and each another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST, DEEPEST = 200, 8


def check_names(names: Collection[str], place: str) -> None:
    """BadInput where one of the names leaves its folder, cannot be typed, or is both a file and a folder."""
    for name in names:
        if not _is_plain(name):
            raise BadInput(
                "a file's name is a relative path of printable characters, of at most "
                f"{LONGEST} bytes and {DEEPEST} folders",
                place=f"{place}/{name[:LONGEST]!r}",
            )
    folders = {name[:at] for name in names for at, sign in enumerate(name) if sign == "/"}
    for both in sorted(folders & set(names)):
        raise BadInput("is a file and a folder of another", place=f"{place}/{both}")


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    return (
        0 < len(name.encode("utf-8", "replace")) <= LONGEST
        and len(parts) <= DEEPEST
        and name.isprintable()
        and "\\" not in name
        and all(part and part == part.strip() and part not in {".", ".."} for part in parts)
    )
