"""What is true of a world: which package on which machine has which flaw, and what only looks as if it had one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from samples.worlds.flaws import DISTRIBUTIONS, FLAWS, Affects, Flaw
from samples.worlds.world import Asset, Package, World

EXCUSED = {"hospital": (("npm", "macaddress"),)}
"""Packages whose maker states, in a VEX document of its own, that the flaw cannot be reached there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One package on one machine that has one flaw; `fix` is the release that clears it, or empty."""

    asset: str
    package: Package
    flaw: str
    fix: str
    exposed: str

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Machine, package as advisories call it, release, flaw."""
        return self.asset, self.package.known_as.lower(), self.package.version, self.flaw


def truth(world: World) -> frozenset[Truth]:
    """All that has a flaw, but for what the makers excused."""
    return frozenset(
        Truth(asset=asset.name, package=package, flaw=flaw.id, fix=part.fix, exposed=asset.exposed)
        for asset, package, flaw, part in _judged(world)
        if package.version in part.hit and (package.type, package.name) not in EXCUSED.get(world.name, ())
    )


def excused(world: World) -> frozenset[tuple[str, str]]:
    """Places (machine, package) that have a flaw which its maker states cannot be reached there."""
    return frozenset(
        (asset.name, package.name)
        for asset, package, _flaw, part in _judged(world)
        if package.version in part.hit and (package.type, package.name) in EXCUSED.get(world.name, ())
    )


def back_ports(world: World) -> frozenset[tuple[str, Package]]:
    """Distributions' packages whose upstream version has a flaw that the distribution has mended in this release."""
    return frozenset(
        (asset.name, package)
        for asset, package, _flaw, part in _judged(world)
        if package.version in part.spared and part.ecosystem.partition(":")[0] in DISTRIBUTIONS
    )


def unjudged(world: World) -> frozenset[tuple[str, str]]:
    """Releases of a package that a flaw speaks of, without a word on whether they have it: there must be none."""
    return frozenset(
        (package.name, package.version)
        for _asset, package, _flaw, part in _judged(world)
        if package.version not in (*part.hit, *part.spared)
    )


def _judged(world: World) -> Iterator[tuple[Asset, Package, Flaw, Affects]]:
    about: dict[tuple[str, str], list[tuple[Flaw, Affects]]] = {}
    for flaw in FLAWS:
        for part in flaw.affects:
            about.setdefault((part.ecosystem.replace("GIT", ""), part.name), []).append((flaw, part))
    for asset in world.assets:
        for package in asset.packages:
            for flaw, part in about.get((package.ecosystem, package.known_as.lower()), ()):
                if not part.maker or part.maker == package.maker:
                    yield asset, package, flaw, part
