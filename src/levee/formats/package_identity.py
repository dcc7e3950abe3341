"""Which package a package URL means in the words of OSV: ecosystem and name, the key that matching joins on.

Ecosystem names are those of the OSV schema 1.7 (`affected[].package.ecosystem`). Same-named packages of different
ecosystems, or of different releases of a distribution, never meet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from levee.formats.purl import Purl, make_purl, parse_purl
from levee.kernel.errors import BadInput

_ECOSYSTEMS = {
    "cargo": "crates.io", "composer": "Packagist", "cran": "CRAN", "gem": "RubyGems", "golang": "Go",
    "hackage": "Hackage", "hex": "Hex", "maven": "Maven", "npm": "npm", "nuget": "NuGet", "pub": "Pub", "pypi": "PyPI",
    "swift": "SwiftURL", "bitnami": "Bitnami", "conan": "ConanCenter",
    "githubactions": "GitHub Actions", "julia": "Julia",
    "generic": "GIT",  # no package manager: what the clearinghouse publishes about a source project, by its bare name
}  # fmt: skip
_TYPES = {ecosystem.lower(): kind for kind, ecosystem in _ECOSYSTEMS.items()}
_DISTRIBUTIONS = {
    ("deb", "debian"): "Debian", ("deb", "ubuntu"): "Ubuntu", ("apk", "alpine"): "Alpine", ("apk", "wolfi"): "Wolfi",
    ("apk", "chainguard"): "Chainguard", ("rpm", "almalinux"): "AlmaLinux", ("rpm", "alma"): "AlmaLinux",
    ("rpm", "rocky"): "Rocky Linux", ("rpm", "rocky-linux"): "Rocky Linux", ("rpm", "redhat"): "Red Hat",
    ("rpm", "rhel"): "Red Hat", ("rpm", "opensuse"): "openSUSE", ("rpm", "suse"): "SUSE", ("rpm", "sles"): "SUSE",
    ("rpm", "mageia"): "Mageia", ("rpm", "openeuler"): "openEuler", ("rpm", "photon"): "Photon OS",
}  # fmt: skip
_DEBIAN_NAMES = {
    "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14", "stretch": "9", "jessie": "8",
}  # fmt: skip
_UBUNTU_NAMES = {"xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04"}
_SOURCE_RPM = re.compile(r"(?P<name>.+)-(?P<version>[^-]+-[^-]+)\.(?:no)?src\.rpm")
_SPACES = re.compile(r"[\s_]+")
_MARKS = re.compile(r"[^\w./+-]")
_BY_BINARY = frozenset({"AlmaLinux", "Red Hat"})  # their advisories name binary packages, the others' name sources
# Package URLs keep no capitals of these, so that an advisory's must not count either.
_WITHOUT_CAPITALS = frozenset(
    {"cpe", "name", "packagist", "nuget", "hex", "pub", "github actions", "bitnami", "go", "npm"}
)
_RELEASE = re.compile(r"(\d+(?:\.\d+)*)")

EPOCH_UNKNOWN = "unknown"
"""In the place of an RPM's epoch in a package URL, where the list that named it shows none and so may hide one."""


class Identity(NamedTuple):
    """A package as advisories name it; `ecosystem` carries the distribution's release behind a colon where known."""

    ecosystem: str
    name: str


def identity_of(purl: Purl) -> Identity | None:
    """The identity for matching; None where OSV has no ecosystem for the type.

    For a distribution's package the name is the source package, where the purl states one and its advisories do so.
    """
    if purl.type in {"deb", "apk", "rpm"}:
        return _of_distribution(purl)
    ecosystem = _ECOSYSTEMS.get(purl.type)
    if ecosystem is None:
        return None
    return Identity(ecosystem, fold_name(ecosystem, _full_name(purl)))


class Compared(NamedTuple):
    """The version that advisories are held against, and whether its epoch is known (where it has none, it is)."""

    version: str
    epoch_known: bool = True


def compared(purl: Purl, version: str) -> Compared:
    """The version of a package that counts: the source's where advisories name sources, since binaries have their own.

    Args:
        purl: the package, whose epoch stands apart where it is an RPM's. One that says nothing of it has none.
        version: as stated; the package URL's own where empty.
    """
    version = version or purl.version
    if purl.type not in {"deb", "apk", "rpm"}:
        return Compared(version)
    source = "" if _distribution(purl) in _BY_BINARY else _stated_source(purl)
    name, _, built_from = source.partition("@")
    if built_from and not name.endswith(".rpm"):
        return Compared(built_from)
    if purl.type != "rpm":
        return Compared(version)
    epoch, file_name = purl.qualifier("epoch"), _SOURCE_RPM.fullmatch(source)
    if file_name and version and file_name["version"] != version.rpartition(":")[2]:
        return Compared(file_name["version"], epoch_known=False)  # the names of files show no epochs
    with_epoch = f"{epoch}:{version}" if epoch.isdigit() and version and ":" not in version else version
    return Compared(with_epoch, epoch_known=epoch != EPOCH_UNKNOWN or ":" in version)


def with_epoch_unknown(purl: Purl) -> Purl:
    """A package URL that says that its epoch is not known."""
    return _with_epoch(purl, EPOCH_UNKNOWN)


def with_known_epoch(purl: Purl) -> Purl:
    """A package URL as others read it: an epoch that is not known is left out."""
    return _with_epoch(purl, "") if purl.qualifier("epoch") == EPOCH_UNKNOWN else purl


def _with_epoch(purl: Purl, epoch: str) -> Purl:
    told = dict(purl.qualifiers) | {"epoch": epoch}
    return msgspec.structs.replace(purl, qualifiers=tuple(sorted(pair for pair in told.items() if pair[1])))


def purl_of(ecosystem: str, name: str, version: str = "") -> Purl | None:
    """The package URL for an OSV ecosystem and name; None where there is no type for it.

    Raises:
        BadInput: the name cannot stand in a package URL of that type.
    """
    kind = _TYPES.get(ecosystem.partition(":")[0].lower())
    if kind is None:
        return None
    separator = ":" if kind == "maven" else "/"
    namespace, _, last = name.rpartition(separator) if kind not in {"nuget", "gem", "pypi"} else ("", "", name)
    return make_purl(type=kind, namespace=namespace, name=last, version=version)


def fold_name(ecosystem: str, name: str) -> str:
    """The name in the one spelling that its ecosystem treats as the same package."""
    folded = ecosystem.partition(":")[0].lower()
    if folded == "pypi":
        return re.sub(r"[-_.]+", "-", name).lower()
    if folded == "git":  # names of products, as makers and operators write them
        return _MARKS.sub("", _SPACES.sub("-", name.strip().lower()))
    if folded in _WITHOUT_CAPITALS:
        return name.lower()
    return name


def identity_of_text(text: str) -> Identity | None:
    """The identity of a package URL given as text; None where it is not one or has no ecosystem."""
    try:
        return identity_of(parse_purl(text))
    except BadInput:
        return None


def _full_name(purl: Purl) -> str:
    if not purl.namespace:
        return purl.name
    return f"{purl.namespace}{':' if purl.type == 'maven' else '/'}{purl.name}"


def _distribution(purl: Purl) -> str | None:
    return _DISTRIBUTIONS.get((purl.type, purl.namespace.split("/")[0]))


def _of_distribution(purl: Purl) -> Identity | None:
    ecosystem = _distribution(purl)
    if ecosystem is None:
        return None
    release = _release(ecosystem, purl.qualifier("distro") or purl.qualifier("distro_name"))
    name = purl.name if ecosystem in _BY_BINARY else _source(purl)
    return Identity(f"{ecosystem}:{release}" if release else ecosystem, name)


def _source(purl: Purl) -> str:
    """The source package: tools write its name, name@version, or the file name of a source RPM."""
    stated = _stated_source(purl)
    file_name = _SOURCE_RPM.fullmatch(stated)
    return (file_name["name"] if file_name else stated.partition("@")[0]) or purl.name


def _stated_source(purl: Purl) -> str:
    return purl.qualifier("upstream") or purl.qualifier("source")


def _release(ecosystem: str, distro: str) -> str:
    """The release as advisories of that distribution state it; empty where the purl does not say."""
    text = distro.lower()
    named = {"Debian": _DEBIAN_NAMES, "Ubuntu": _UBUNTU_NAMES}.get(ecosystem, {})
    number = next((release for name, release in named.items() if name in text), "")
    if not number:
        found = _RELEASE.search(text)
        number = found[1] if found else ""
    if ecosystem == "Alpine" and number:
        return "v" + ".".join(number.split(".")[:2])
    if ecosystem in {"Debian", "AlmaLinux", "Rocky Linux", "Red Hat"}:
        return number.split(".")[0]
    return number
