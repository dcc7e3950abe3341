from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from samples.worlds.world import Asset, Package, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file.

    Attributes:
        name: of the kind. ending: of the file's name, with a dot.
        write: the file for a world. states: whether it states a package on an asset, and so can lead to it.
        one: the one asset that it is about; None for the whole world. Where that gives None, the world has no such file.
        scanner: it states what a scanner found instead of what is there.
    """

    name: str
    ending: str
    write: Callable[[World], bytes]
    states: Callable[[Asset, Package], bool]
    one: Callable[[World], Asset | None] | None = None
    scanner: bool = False

    def filename(self, world: World) -> str:
        """As an operator would call it: a file about one machine after that machine."""
        asset = self.one(world) if self.one else None
        return f"{asset.name if asset else world.name}{self.ending}"

    def stated(self, world: World) -> frozenset[tuple[str, Package]]:
        """Every package that the file states, on its asset."""
        only = self.one(world) if self.one else None
        return frozenset(
            (asset.name, package)
            for asset in world.assets
            if self.one is None or asset is only
            for package in asset.packages
            if self.states(asset, package)
        )

    def there(self, world: World) -> bool:
        """Whether the world has a file of this kind."""
        return bool(self.stated(world))


def everything(_asset: Asset, _package: Package) -> bool:
    """All of it."""
    return True


def first_on(distro: str) -> Callable[[World], Asset | None]:
    """The first asset that stands on a distribution alone: the one with the most packages of it."""

    def one(world: World) -> Asset | None:
        counted = [(sum(p.distro.startswith(distro) for p in asset.packages), asset) for asset in world.assets]
        most, asset = max(counted, key=lambda each: each[0])
        return asset if most > 2 else None  # noqa: PLR2004 - a machine, not a stray package

    return one
