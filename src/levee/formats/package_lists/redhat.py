"""Red Hat and its kin: `rpm -qa`, plain or with a query format, and `dnf list --installed`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.package_lists.listed import Line, Listed, Unlisted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ARCH = (
    r"(?:x86_64|x86_64_v2|i[3-6]86|noarch|aarch64|armv7hl|armv6hl|ppc64le|ppc64|s390x|s390|riscv64|ia64|src|\(none\))"
)
_NEVRA = re.compile(
    rf"^(?:(?P<before>\d+|\(none\)):)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.+~^{{}}-]*)-(?:(?P<epoch>\d+|\(none\)):)?"
    rf"(?P<version>[^\s:-]+)-(?P<release>[^\s:-]+?)(?:\.(?P<arch>{_ARCH}))?$"
)
_SOURCE = re.compile(r"^(?P<name>.+)-(?P<version>[^-]+-[^-]+)\.(?:no)?src\.rpm$")
_EPOCH = re.compile(r"^(?:\d+|\(none\))$")
_DNF = re.compile(rf"^(?P<name>\S+)\.{_ARCH}\s+(?:(?P<epoch>\d+):)?(?P<version>[^\s-]+-[^\s-]+)\s+\S+$")
_DNF_HEAD = ("Installed Packages", "Loaded plugins", "Last metadata", "Available Packages", "Updating ")
_VER = re.compile(r"^[A-Za-z0-9][^\s:-]*$")


def is_rpm(lines: Sequence[str]) -> bool:
    """Whether these are lines of `rpm -qa`."""
    return sum(_is_sure(line) for line in lines) * 2 > len(lines)


def read_rpm(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`rpm -qa`: name-version-release.arch, with an epoch or without, or columns with the source package in one.

    The columns are name, epoch, version, release and then anything; or name-version-release.arch and then anything.
    A list in which no row shows an epoch is one that cannot: what has one is not told from what has none.
    """
    found = [(line, _of_columns(line) or _of_nevra(line)) for line in lines]
    epochs = any(row.epochs for _, row in found if row is not None)
    for line, row in found:
        if row is None:
            yield Unlisted(line, "not a row of rpm -qa")
        elif row.name == "gpg-pubkey":
            yield Unlisted(line, "a key that packages are checked with, not software")
        else:
            yield row._replace(epochs=epochs)


def is_dnf(lines: Sequence[str]) -> bool:
    """Whether these are lines of `dnf list --installed`."""
    return sum(_DNF.match(line) is not None for line in lines) * 2 > len(lines)


def read_dnf(lines: Iterable[Line]) -> Iterator[Listed | Unlisted]:
    """`dnf list --installed` or `yum list installed`."""
    there = True
    for line in lines:
        if line.text.startswith(_DNF_HEAD):
            there = there and not line.text.startswith("Available")
            continue
        row = _DNF.match(line.text)
        if row is None:
            yield Unlisted(line, "not a row of dnf list")
        elif not there:
            yield Unlisted(line, f"{row['name']} is available, not installed")
        else:
            yield Listed(line, row["name"], _version(row["epoch"], row["version"]))


def _is_sure(line: str) -> bool:
    """A row that no other list has: with an architecture, or with columns of which one is an epoch or a source."""
    words = re.split(r"[\t ]+", line.strip())
    match = _NEVRA.match(words[0])
    if match is not None:
        return match["arch"] is not None or match["epoch"] is not None or _source(words[1:], "") != ""
    return _of_columns(Line(0, line)) is not None


def _of_nevra(line: Line) -> Listed | None:
    words = re.split(r"[\t ]+", line.text.strip())
    match = _NEVRA.match(words[0])
    if match is None:
        return None
    epoch = match["epoch"] or match["before"]
    version = _version(epoch, f"{match['version']}-{match['release']}")
    return Listed(line, match["name"], version, _source(words[1:], version), epochs=epoch is not None)


def _of_columns(line: Line) -> Listed | None:
    cells = [cell.strip() for cell in re.split(r"[\t|,;]| +", line.text.strip())]
    if len(cells) < 4 or not cells[0] or not _EPOCH.match(cells[1]) or not all(map(_VER.match, cells[2:4])):  # noqa: PLR2004
        return None
    version = _version(cells[1], f"{cells[2]}-{cells[3]}")
    return Listed(line, cells[0], version, _source(cells[4:], version))


def _version(epoch: str | None, version: str) -> str:
    return f"{epoch}:{version}" if epoch and epoch.isdigit() and int(epoch) else version


def _source(words: Iterable[str], version: str) -> str:
    """The source package's name; its whole file name where what is built of it has a version of its own."""
    found = next((match for word in words if (match := _SOURCE.match(word))), None)
    if found is None:
        return ""
    return found["name"] if found["version"] == version.rpartition(":")[2] else found[0]
