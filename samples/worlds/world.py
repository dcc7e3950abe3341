"""What a synthetic operator is made of, and how its inventory looks after it has installed the fixes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote


_NAMESPACES = {"rhel": "redhat"}
_ECOSYSTEMS = {
    "npm": "npm",
    "pypi": "PyPI",
    "generic": "",
    "debian-12": "Debian:12",
    "ubuntu-24.04": "Ubuntu:24.04",
    "rhel-9": "Red Hat:9",
    "alpine-3.20": "Alpine:v3.20",
}


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One release of a package, or of a program or firmware that no package manager knows (type `generic`).

    Attributes:
        type: its purl type. distro: the distribution that built it, as purls write it, such as `debian-12`.
        source: the distribution's source package where it is called otherwise. maker: of a program or firmware.
    """

    type: str
    name: str
    version: str
    distro: str = ""
    source: str = ""
    maker: str = ""

    @property
    def ecosystem(self) -> str:
        """As OSV spells it; empty for what has none."""
        return _ECOSYSTEMS[self.distro or self.type]

    @property
    def known_as(self) -> str:
        """The name that advisories use."""
        return self.source or self.name

    @property
    def purl(self) -> str:
        """Its package URL."""
        vendor, _, _ = self.distro.partition("-")
        namespace = f"{_NAMESPACES.get(vendor, vendor)}/" if vendor else ""
        epoch, _, version = self.version.rpartition(":") if self.type == "rpm" else ("", "", self.version)
        told = {"distro": self.distro.removeprefix("alpine-"), "epoch": epoch, "upstream": self.source}
        qualifiers = "&".join(f"{name}={text}" for name, text in told.items() if text)
        name = f"pkg:{self.type}/{namespace}{self.name.lower()}@{quote(version, safe=':')}"
        return f"{name}?{qualifiers}" if qualifiers else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One machine or device.

    Attributes:
        owner: "us", "vendor" or "manufacturer": who can change it. owner_name: that vendor or maker.
        exposed: "yes", "no" or "unknown": reachable from the internet. criticality: "high", "medium", "low".
    """

    name: str
    kind: str
    owner: str
    owner_name: str
    environment: str
    exposed: str
    criticality: str
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One operator."""

    name: str
    title: str
    sector: str
    assets: tuple[Asset, ...]


HIT: dict[tuple[str, str], tuple[str, str]] = {
    # (purl type, name): the release that the demo's findings hit, and a later release that they do not
    ("npm", "minimist"): ("0.0.8", "1.2.8"),
    ("npm", "lodash"): ("4.17.11", "4.17.21"),
    ("npm", "ini"): ("1.3.5", "1.3.8"),
    ("npm", "y18n"): ("4.0.0", "4.0.3"),
    ("npm", "macaddress"): ("0.2.8", "0.5.3"),
    ("npm", "adm-zip"): ("0.4.7", "0.5.16"),
    ("pypi", "PyYAML"): ("5.3.1", "6.0.2"),
    ("pypi", "sqlparse"): ("0.4.1", "0.5.3"),
    ("pypi", "Django"): ("4.2.14", "4.2.20"),
    ("generic", "tidepack"): ("1.0.0", "1.1.0"),
}


def is_hit(package: Package) -> bool:
    """Whether the demo's findings hit this release."""
    return HIT.get((package.type, package.name), ("", ""))[0] == package.version


def hit(type_: str, name: str) -> Package:
    """The release of this package that the demo's findings hit."""
    return Package(type_, name, HIT[type_, name][0])


def fixed(package: Package) -> Package:
    """The later release of the same package."""
    return replace(package, version=HIT[package.type, package.name][1])


def packages(type_: str, *names: str, distro: str = "", maker: str = "") -> tuple[Package, ...]:
    """Packages of one type from `name@version` words; `source>name@version` where the source is called otherwise."""

    def one(word: str) -> Package:
        named, _, version = word.rpartition("@")
        source, _, name = named.rpartition(">")
        return Package(type_, name, version, distro, source, maker)

    return tuple(map(one, names))


def some(rng: random.Random, choice: Sequence[Package], low: int, high: int) -> tuple[Package, ...]:
    """Between low and high packages of a choice, each at most once."""
    return tuple(sorted(rng.sample(list(choice), rng.randint(low, min(high, len(choice))))))


def together(*groups: Iterable[Package]) -> tuple[Package, ...]:
    """Packages of several groups, each name once: the first one that names it stays."""
    found: dict[tuple[str, str], Package] = {}
    for group in groups:
        for package in group:
            found.setdefault((package.type, package.name), package)
    return tuple(sorted(found.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterFixes:
    """The second inventory, and what was left as it was: (asset name, package)."""

    world: World
    left: tuple[tuple[str, Package], ...]


def after_fixes(world: World, left: int = 2) -> AfterFixes:
    """The inventory once every hit release was upgraded, but for `left` of them.

    What somebody else must change is left first: that is how it goes.
    """
    places = [(asset, package) for asset in world.assets for package in asset.packages if is_hit(package)]
    slow = {"manufacturer": 0, "vendor": 1, "us": 2}
    places.sort(key=lambda place: (slow[place[0].owner], place[0].name, place[1]))
    stay: list[tuple[str, Package]] = []
    for asset, package in places:
        if len(stay) < left and asset.name not in {name for name, _ in stay}:
            stay.append((asset.name, package))

    def upgraded(asset: Asset) -> Asset:
        new = (fixed(p) if is_hit(p) and (asset.name, p) not in stay else p for p in asset.packages)
        return replace(asset, packages=tuple(new))

    return AfterFixes(world=replace(world, assets=tuple(map(upgraded, world.assets))), left=tuple(stay))
