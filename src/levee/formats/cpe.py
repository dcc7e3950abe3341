"""CPE names (NISTIR 7695): vendor, product and version, as a last resort where nothing better names a product.

Read from both spellings, `cpe:2.3:a:vendor:product:1.2:…` and `cpe:/a:vendor:product:1.2`. A name without a vendor, a
product or a version, or with a pattern in their place, would meet what it does not mean: it is none. Nor is that of a
language's package or of a distribution, whose own advisories know better.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from levee.formats.versions import sort_key

ECOSYSTEM = "CPE"
"""In the place of an ecosystem, with `vendor:product` as the name and plain dotted numbers as the order."""
LONGEST = 500
_FIELD = re.compile(r"((?:\\.|[^:\\])*)(?::|$)")
_ESCAPED = re.compile(r"\\(.)")
_PATTERN = re.compile(r"(?<!\\)[*?]")
_NOTHING = frozenset({"", "*", "-", "unknown", "n/a", "na", "none", "any", "all", "multiple", "various", "unspecified"})
_LANGUAGES = frozenset({
    "node.js", "nodejs", "npm", "python", "pypi", "ruby", "rubygems", "rust", "crates.io", "go", "golang", "java",
    "maven", "php", "composer", "perl", ".net", "dotnet", "nuget",
})  # fmt: skip
# What is built there carries mended flaws under old versions: only the distribution's own advisories know which.
_DISTRIBUTIONS = frozenset({
    "debian:debian_linux", "canonical:ubuntu_linux", "redhat:enterprise_linux", "centos:centos", "alpinelinux:alpine",
    "fedoraproject:fedora", "almalinux:almalinux", "rocky:rocky", "rockylinux:rocky_linux", "amazon:amazon_linux",
    "amazon:linux", "oracle:linux", "opensuse:leap", "opensuse:tumbleweed", "suse:linux_enterprise_server",
    "suse:sles",
})  # fmt: skip


class Cpe(NamedTuple):
    """What a CPE name means: `name` is `vendor:product`, lower case; `version` is empty where it names none or all."""

    name: str
    version: str


def read_cpe(text: str) -> Cpe | None:
    """Read a CPE name; None where it is none, names no vendor or product, a language's package or a distribution."""
    if len(text) > LONGEST:
        return None
    if text.lower().startswith("cpe:2.3:"):
        fields = [_plain(field) for field in _FIELD.findall(text[8:])]
    elif text.lower().startswith("cpe:/"):
        fields = [unquote(field) for field in text[5:].split(":")]
    else:
        return None
    part, vendor, product, version, _, _, _, _, target, *_ = [*fields, *[""] * 10]
    name = cpe_name(vendor, product)
    if part.lower() not in {"a", "o", "h"} or not name or target.lower() in _LANGUAGES or name in _DISTRIBUTIONS:
        return None
    return Cpe(name, "" if version.lower() in _NOTHING else version)


def cpe_name(vendor: str, product: str) -> str:
    """`vendor:product` as CPE names spell it; empty where one of them says nothing."""
    words = ["_".join(word.lower().split()) for word in (vendor, product)]
    unsaid = any(word in _NOTHING or not word.isprintable() for word in words)
    return "" if unsaid else ":".join(word.replace(":", "%3a") for word in words)


def cpe_version(stated: str, named: str) -> str:
    """The version that counts: as the file states it where that has an order, else as the CPE name has it."""
    return stated if sort_key("generic", stated) is not None or not named else named


def _plain(field: str) -> str:
    """A field of the formatted string without its escapes; a pattern in it says nothing."""
    return "*" if _PATTERN.search(field) else _ESCAPED.sub(r"\1", field)
