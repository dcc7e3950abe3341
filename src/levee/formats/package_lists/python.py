"""Python: `pip freeze` and requirements.txt (PEP 508), and `pip list` as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.package_lists.listed import Line, Listed, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"(?P<rest>\(?\s*(?:===|==|~=|>=|<=|!=|>|<)\s*[^;#]*|@\s*\S+[^;#]*)?\s*(?:;.*)?$"
)
_PINNED = re.compile(r"^\(?\s*={2,3}\s*(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*\)?\s*(?:\\)?$")
_EGG = re.compile(r"#egg=(?P<name>[A-Za-z0-9._-]+)")
_TABLE = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s+(?P<version>\d\S*)(?:\s+\S.*)?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
NO_VERSION = "no single version is stated"


def is_requirements(lines: Sequence[str]) -> bool:
    """Whether these are lines of `pip freeze` or of a requirements file: most of them, and one with a sign."""
    plain = [line for line in map(_plain, lines) if line and not line.startswith(("-", "\\"))]
    found = [match for match in map(_REQUIREMENT.match, plain) if match is not None]
    return any(match["rest"] for match in found) and len(found) * 10 >= len(plain) * 9


def read_requirements(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`pip freeze` or requirements.txt; a requirement without one exact version keeps no version."""
    for line in _joined(lines):
        text = _plain(line.text)
        if not text:
            continue
        egg = _EGG.search(line.text)
        if text.startswith(("-e", "--editable", "git+", "hg+")):
            yield Listed(line, egg["name"], "") if egg else Unlisted(line, "source code without a name")
            continue
        if text.startswith("-"):
            yield Unlisted(line, "an option for pip, or another file: import that file as well")
            continue
        match = _REQUIREMENT.match(re.split(r"\s+--hash", text)[0].strip())
        if match is None:
            yield Unlisted(line, "not a requirement")
            continue
        pinned = _PINNED.match((match["rest"] or "").strip())
        yield Listed(line, match["name"], pinned["version"] if pinned else "")


def is_pip_table(lines: Sequence[str]) -> bool:
    """Whether these are lines of `pip list`."""
    return len(lines) > 1 and lines[0].split()[:2] == ["Package", "Version"] and set(lines[1]) <= {"-", " "}


def read_pip_table(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`pip list`."""
    for number, line in enumerate(lines):
        if number < 2 and (line.text.startswith("Package ") or set(line.text) <= {"-", " "}):  # noqa: PLR2004 - headings
            continue
        match = _TABLE.match(line.text.strip())
        yield Listed(line, match["name"], match["version"]) if match else Unlisted(line, "not a row of pip list")


def _plain(text: str) -> str:
    return _COMMENT.sub("", text).strip()


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that end in a backslash with those that they go on in."""
    whole: Line | None = None
    for line in lines:
        whole = line if whole is None else whole._replace(text=f"{whole.text[:-1]} {line.text.strip()}")
        if not whole.text.endswith("\\"):
            yield whole
            whole = None
    if whole is not None:
        yield whole._replace(text=whole.text[:-1])
