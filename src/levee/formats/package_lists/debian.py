"""Debian and its kin: `dpkg -l`, `dpkg-query -W`, `apt list`, and dpkg's own status file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.package_lists.listed import Line, Listed, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?")
VERSION = re.compile(r"(?:\d+:)?\d[A-Za-z0-9.+~:-]*")
_ROW = re.compile(r"^[uihrp](?P<state>[ncHUFWti])[ Rr]?\s+(?P<name>\S+)\s+(?P<version>\S+)(?:\s|$)")
_HEAD = ("Desired=", "| Status=", "|/ Err?=", "||/ Name", "+++-")
_APT = re.compile(r"^(?P<name>[a-z0-9][a-z0-9+.-]*)/\S+ (?P<version>\S+) \S+(?: \[(?P<state>[^\]]*)\])?$")
_SOURCE = re.compile(r"^(?P<name>\S+)(?: \((?P<version>[^)]*)\))?$")
_ABSENT = frozenset({"not-installed", "config-files", "un", "rc", "pn"})
_STATES = {"n": "is not installed", "c": "was removed, only its settings are left"}


def is_dpkg(lines: Sequence[str]) -> bool:
    """Whether these are lines of `dpkg -l`."""
    return any(line.startswith(("||/ Name", "+++-")) for line in lines) or (
        sum(_ROW.match(line) is not None for line in lines) * 2 > len(lines)
    )


def read_dpkg(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`dpkg -l`: what is installed; what was removed is handed out as such."""
    for line in lines:
        if line.text.startswith(_HEAD):
            continue
        row = _ROW.match(line.text)
        if row is None:
            yield Unlisted(line, "not a row of dpkg -l")
        elif row["state"] in _STATES:
            yield Unlisted(line, f"{row['name']} {_STATES[row['state']]}")
        else:
            yield Listed(line, row["name"].partition(":")[0], row["version"])


def is_dpkg_query(lines: Sequence[str]) -> bool:
    """Whether these are lines of `dpkg-query -W`: name and version, by a tab."""
    rows = [line.split("\t") for line in lines]
    return sum(len(row) > 1 and _is_pair(row[0], row[1]) for row in rows) * 10 > len(rows) * 9


def read_dpkg_query(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    r"""`dpkg-query -W`, alone or with more columns.

    `-f='${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n'`, from
    the left as many as are there; without the last, what was removed but for its settings is taken to be there.
    """
    for line in lines:
        cells = [cell.strip() for cell in line.text.split("\t")]
        if len(cells) < 2 or not _is_pair(cells[0], cells[1]):  # noqa: PLR2004 - name and version
            yield Unlisted(line, "not a name and a version by a tab")
            continue
        if _ABSENT & set(cells[2:]):
            yield Unlisted(line, f"{cells[0]} is not installed")
            continue
        name, version = [*cells[3:5], "", ""][:2]
        source = _source_of(name, version if _is_pair(name, version) else "") if NAME.fullmatch(name) else ""
        yield Listed(line, cells[0].partition(":")[0], cells[1], source)


def is_apt(lines: Sequence[str]) -> bool:
    """Whether these are lines of `apt list`."""
    return sum(_APT.match(line) is not None for line in lines) * 2 > len(lines)


def read_apt(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`apt list --installed`."""
    for line in lines:
        if line.text.startswith(("Listing", "WARNING: apt does not have a stable CLI")):
            continue
        row = _APT.match(line.text)
        if row is None:
            yield Unlisted(line, "not a row of apt list")
        elif "installed" not in (row["state"] or ""):
            yield Unlisted(line, f"{row['name']} is not installed")
        else:
            yield Listed(line, row["name"], row["version"])


def is_status(lines: Sequence[str]) -> bool:
    """Whether these are lines of /var/lib/dpkg/status."""
    head = lines[:8]
    return any(line.startswith("Package: ") for line in head) and any(line.startswith("Status: ") for line in head)


def read_status(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """/var/lib/dpkg/status: it names the source package, by which advisories go."""
    fields: dict[str, str] = {}
    first: Line | None = None
    for line in lines:
        if line.text.startswith("Package: "):
            if first is not None:
                yield _of_fields(first, fields)
            fields, first = {}, line
        if first is None:
            yield Unlisted(line, "stands before the first package")
        elif not line.text.startswith((" ", "\t")):
            key, _, value = line.text.partition(": ")
            fields.setdefault(key, value)
    if first is not None:
        yield _of_fields(first, fields)


def _of_fields(line: Line, fields: dict[str, str]) -> Listed | Unlisted:
    if not fields.get("Status", "").endswith(" installed"):
        return Unlisted(line, f"{fields['Package']} is not installed: {fields.get('Status', 'no status')}")
    if not fields.get("Version"):
        return Unlisted(line, f"{fields['Package']} has no version: the file breaks off here")
    return Listed(line, fields["Package"], fields["Version"], source_of_field(fields.get("Source", "")))


def source_of_field(text: str) -> str:
    """What a `Source:` field says, `name` or `name (version)`, as `name@version`; empty where it says nothing."""
    match = _SOURCE.match(text)
    return _source_of(match["name"], match["version"] or "") if match else ""


def _source_of(name: str, version: str) -> str:
    return f"{name}@{version}" if version else name


def _is_pair(name: str, version: str) -> bool:
    return NAME.fullmatch(name.strip()) is not None and VERSION.fullmatch(version.strip()) is not None
