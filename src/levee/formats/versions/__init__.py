"""Versions as sort keys: order-preserving byte strings, so that matching is `lo <= key < hi`.

Keys of one scheme compare as its native tool compares the versions, and are equal exactly where it calls them equal.
Keys of different schemes say nothing to one another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from levee.formats.versions import encode
from levee.formats.versions.alpine import apk
from levee.formats.versions.composer import packagist
from levee.formats.versions.dotted import generic, listed
from levee.formats.versions.dpkg import dpkg
from levee.formats.versions.gem import gem
from levee.formats.versions.maven import maven
from levee.formats.versions.python import pep440
from levee.formats.versions.rpm import rpm
from levee.formats.versions.semver import nuget, pub, semver

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SCHEMES", "after", "scheme_of_ecosystem", "sort_key"]

SCHEMES: dict[str, Callable[[str], bytes | None]] = {
    "semver": semver,
    "pypi": pep440,
    "deb": dpkg,
    "rpm": rpm,
    "apk": apk,
    "gem": gem,
    "nuget": nuget,
    "maven": maven,
    "packagist": packagist,
    "pub": pub,
    "cran": listed,
    "hackage": listed,
    "generic": generic,
}
"""Every scheme Levee has an order for, by name."""

_ECOSYSTEMS = {
    "npm": "semver", "crates.io": "semver", "go": "semver", "bitnami": "semver", "hex": "semver",
    "swifturl": "semver", "github actions": "semver", "pypi": "pypi", "debian": "deb", "ubuntu": "deb",
    "almalinux": "rpm", "rocky linux": "rpm", "red hat": "rpm", "suse": "rpm", "opensuse": "rpm", "mageia": "rpm",
    "openeuler": "rpm", "azure linux": "rpm", "photon os": "rpm",
    "alpine": "apk", "wolfi": "apk", "chainguard": "apk", "minimos": "apk", "rubygems": "gem", "nuget": "nuget",
    "maven": "maven", "packagist": "packagist",
    "pub": "pub", "cran": "cran", "bioconductor": "cran", "hackage": "hackage", "ghc": "hackage", "git": "generic",
    "cpe": "generic", "name": "generic",
}  # fmt: skip


def scheme_of_ecosystem(ecosystem: str) -> str | None:
    """The scheme of an OSV ecosystem (`PyPI`, `Debian:12`, ...); None where Levee has no order for it.

    Source: OSV schema 1.7, `affected[].package.ecosystem`; what follows a colon is a release, not another scheme.
    """
    return _ECOSYSTEMS.get(ecosystem.partition(":")[0].strip().lower())


@lru_cache(maxsize=65_536)
def sort_key(scheme: str, text: str) -> bytes | None:
    """The sort key of a version.

    Args:
        scheme: a name of `SCHEMES`; an unknown one has no order.
        text: the version as stated.

    Returns:
        Bytes, or None: the version cannot be ordered, which the caller shows as unknown and never as unaffected.
    """
    encoder = SCHEMES.get(scheme)
    if encoder is None or not text or len(text) > encode.MAX_LENGTH or not text.isascii():
        return None
    try:
        return encoder(text)
    except encode.TooLong:
        return None


def after(key: bytes) -> bytes:
    """The least key above this one: the open end of a range that includes the version itself."""
    return key + b"\x00"
