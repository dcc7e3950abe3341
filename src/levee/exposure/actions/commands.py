"""The commands that upgrade, show and put back what is to be changed, as each package manager takes them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.purl import parse_purl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.exposure.actions.folding import Remedy

_PLAIN = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@/._:+~-]*")
_BUILT_FROM_SOURCES = frozenset({"deb", "rpm", "apk"})


class Commands(NamedTuple):
    """How an ecosystem's own tool upgrades, shows and puts back a package.

    Those with a `pin`, which names one package at its old version, take several at once.
    """

    upgrade: str
    show: str
    back: str
    pin: str = ""


_COMMANDS = {
    "PyPI": Commands("pip install '{name}>={version}'", "pip show {name}", "pip install '{name}=={old}'"),
    "npm": Commands("npm install {name}@{version}", "npm ls {name}", "npm install {name}@{old}"),
    "crates.io": Commands(
        "cargo update -p {name} --precise {version}",
        "cargo tree -i {name}",
        "cargo update -p {name} --precise {old}",
    ),
    "Go": Commands("go get {name}@v{version}", "go list -m {name}", "go get {name}@v{old}"),
    "RubyGems": Commands("gem install {name} -v {version}", "gem list --exact {name}", "gem install {name} -v {old}"),
    "NuGet": Commands(
        "dotnet add package {name} --version {version}",
        "dotnet list package",
        "dotnet add package {name} --version {old}",
    ),
    "Packagist": Commands("composer require {name}:{version}", "composer show {name}", "composer require {name}:{old}"),
    "Debian": Commands(
        "apt-get update && apt-get install --only-upgrade {name}",
        "dpkg-query --show {name}",
        "apt-get install {pinned}",
        "{name}={old}",
    ),
    "Alpine": Commands(
        "apk update && apk upgrade {name}", "apk info --verbose {name}", "apk add {pinned}", "{name}={old}"
    ),
    "AlmaLinux": Commands("dnf upgrade {name}", "rpm --query {name}", "dnf downgrade {pinned}", "{name}-{old}"),
}
_LIKE = {"Ubuntu": "Debian", "Rocky Linux": "AlmaLinux", "Red Hat": "AlmaLinux", "Wolfi": "Alpine"}


def installed(purls: Iterable[str]) -> Sequence[str]:
    """What a distribution's own tool calls these packages; none for what no distribution built.

    An advisory may be about `openssh`, the source that `openssh-server` was built from; the tool knows the latter.
    """
    parsed = (parse_purl(each) for each in purls if each)
    return sorted({purl.name for purl in parsed if purl.type in _BUILT_FROM_SOURCES})


def filled(remedy: Remedy, old_version: str, packages: Sequence[str] = ()) -> Commands | None:
    """The commands for what is to be changed; None where there are none.

    A name or version of an outsider's choosing is put into a command only where a shell reads it as one plain word.

    Args:
        remedy: what is to be changed.
        old_version: to go back to.
        packages: as the tool calls them, where that is not what the advisory does.
    """
    family = remedy.ecosystem.partition(":")[0]
    known = _COMMANDS.get(_LIKE.get(family, family))
    names = tuple(packages) or (remedy.package,)
    version, old = remedy.version.removeprefix("v"), old_version.removeprefix("v")
    if known is None or not all(_PLAIN.fullmatch(word) for word in (*names, version, old) if word):
        return None
    pinned = " ".join(known.pin.format(name=name, old=old) for name in names)
    words = {"name": " ".join(names), "version": version, "old": old, "pinned": pinned}
    return Commands(*(each.format(**words) for each in (known.upgrade, known.show, known.back)))
