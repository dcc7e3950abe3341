"""Which package a scanner speaks of, in the words of package URLs and OSV."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.package_identity import identity_of
from levee.formats.purl import Purl, make_purl, parse_purl
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = {
    "npm": "npm", "node": "npm", "node-pkg": "npm", "nodejs": "npm", "yarn": "npm", "pnpm": "npm", "javascript": "npm",
    "pypi": "pypi", "pip": "pypi", "python": "pypi", "python-pkg": "pypi", "poetry": "pypi", "pipenv": "pypi",
    "pythonpkg": "pypi", "uv": "pypi",
    "maven": "maven", "jar": "maven", "java": "maven", "java-archive": "maven", "pom": "maven", "gradle": "maven",
    "sbt": "maven",
    "go": "golang", "golang": "golang", "gomod": "golang", "gobinary": "golang", "go-module": "golang",
    "gomodules": "golang", "go modules": "golang",
    "composer": "composer", "packagist": "composer", "php": "composer", "composer-vendor": "composer",
    "php-composer": "composer",
    "gem": "gem", "rubygems": "gem", "bundler": "gem", "gemspec": "gem", "ruby": "gem",
    "nuget": "nuget", "dotnet": "nuget", "dotnet-core": "nuget", ".net": "nuget", "packages-lock": "nuget",
    "cargo": "cargo", "crates.io": "cargo", "rust": "cargo", "rustbinary": "cargo", "rust-binary": "cargo",
    "rust-crate": "cargo", "rust-cargo-lock": "cargo",
    "pub": "pub", "hex": "hex", "mix-lock": "hex", "conan": "conan", "swift": "swift", "cocoapods": "cocoapods",
    "bitnami": "bitnami", "github-action": "githubactions", "actions": "githubactions", "hackage": "hackage",
}  # fmt: skip
_DISTRIBUTIONS = {
    "debian": ("deb", "debian"), "ubuntu": ("deb", "ubuntu"), "alpine": ("apk", "alpine"), "wolfi": ("apk", "wolfi"),
    "chainguard": ("apk", "chainguard"), "redhat": ("rpm", "redhat"), "rhel": ("rpm", "redhat"),
    "centos": ("rpm", "centos"), "alma": ("rpm", "almalinux"), "almalinux": ("rpm", "almalinux"),
    "rocky": ("rpm", "rocky"), "amazon": ("rpm", "amazon"), "amzn": ("rpm", "amazon"), "oracle": ("rpm", "oracle"),
    "fedora": ("rpm", "fedora"), "photon": ("rpm", "photon"), "suse": ("rpm", "suse"), "sles": ("rpm", "suse"),
    "opensuse": ("rpm", "opensuse"), "mariner": ("rpm", "mariner"), "azurelinux": ("rpm", "azurelinux"),
}  # fmt: skip
_ARCHIVES = (".jar", ".war", ".ear", ".zip")
_WORD = re.compile(r"[a-z]+")
_RELEASE = re.compile(r"\d+(?:\.\d+)*")
_AT_LEAST = re.compile(r">=\s*([^\s,|<>]+)")


class Package(NamedTuple):
    """A package as stated, and what was understood of it; all of it empty where nothing was."""

    stated: str = ""
    purl: str = ""
    ecosystem: str = ""
    name: str = ""
    version: str = ""


def package(kind: str, name: str, version: str, *, release: str = "", source: str = "") -> Package:
    """A package of a kind that the tool names in its own words.

    Args:
        kind: a language's package manager, or a distribution with or without its release ("debian:11").
        name: with its namespace, as that kind writes it.
        version: the one that is there.
        release: the distribution's, where it is told apart from the kind.
        source: the distribution's source package, where it is told.
    """
    if not name:
        return Package()
    plain = Package(stated=name, version=version)
    try:
        purl = _purl(kind.strip().lower(), name, version, release, source)
    except BadInput:
        return plain
    return plain if purl is None else _identified(purl, name, version)


def package_of_purl(text: str, *, stated: str = "", version: str = "") -> Package:
    """A package that is named by its package URL."""
    try:
        purl = parse_purl(text)
    except BadInput:
        return Package(stated=stated or text, version=version)
    name = stated or "/".join(part for part in (purl.namespace, purl.name) if part)
    return _identified(purl, name, version or purl.version)


def _identified(purl: Purl, stated: str, version: str) -> Package:
    identity = identity_of(purl)
    ecosystem = identity.ecosystem.partition(":")[0] if identity else ""
    return Package(
        stated=stated,
        purl=str(purl),
        ecosystem=ecosystem,
        name=identity.name if identity else "",
        version=version,
    )


def _purl(kind: str, name: str, version: str, release: str, source: str) -> Purl | None:
    if kind in LANGUAGES:
        return language_purl(LANGUAGES[kind], name, version)
    word = _WORD.match(kind)
    known = _DISTRIBUTIONS.get(word[0]) if word else None
    if known is None:
        return None
    number = _RELEASE.search(release) or _RELEASE.search(kind)
    qualifiers = {"distro": f"{known[1]}-{number[0]}"} if number else {}
    if source and source != name:
        qualifiers["upstream"] = source
    return make_purl(type=known[0], namespace=known[1], name=name, version=version, qualifiers=qualifiers)


def language_purl(kind: str, name: str, version: str) -> Purl:
    """The package URL of a language's package, by its purl type and its name as that language writes it.

    Raises:
        BadInput: it cannot stand in one, such as a Maven package's without its group, or the path of a file.
    """
    namespace, last = "", name
    if kind == "maven":
        namespace, last = _group_and_artifact(name)
    elif kind not in {"nuget", "gem", "pypi", "cargo"}:
        namespace, _, last = name.rpartition("/")
    return make_purl(type=kind, namespace=namespace, name=last, version=version)


def _group_and_artifact(name: str) -> tuple[str, str]:
    """The parts of a Maven package's name, `group:artifact` or `group/artifact`; no group where it is neither."""
    group, sign, artifact = name.rpartition(":")
    if sign:
        return group, artifact
    group, _, artifact = name.rpartition("/")
    return ("", name) if "/" in group or artifact.lower().endswith(_ARCHIVES) else (group, artifact)


def nearest(package: Package, versions: Iterable[str]) -> str:
    """Of the versions with a fix, the lowest above the present one; all of them where their order is not known."""
    listed = list(dict.fromkeys(version for each in versions if (version := each.strip())))
    if not listed[1:]:
        return "".join(listed)
    scheme = scheme_of_ecosystem(package.ecosystem) or "" if package.ecosystem else ""
    present = sort_key(scheme, package.version) if scheme and package.version else None
    keyed = {version: key for version in listed if scheme and (key := sort_key(scheme, version)) is not None}
    above = [version for version, key in keyed.items() if present is None or key > present]
    if present is not None and above:
        return min(above, key=lambda version: keyed[version])
    return ", ".join(listed)


def bounds(ranges: str) -> list[str]:
    """The lower bounds of version ranges such as `>=1.2.3 <2.0.0 || >=2.1.0`."""
    return [found[1] for found in _AT_LEAST.finditer(ranges)]
