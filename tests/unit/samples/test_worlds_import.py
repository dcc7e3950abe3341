"""The operators' files are read as what they say by the inventory's own reader."""

import pytest

from levee.inventory.reading import read
from levee.inventory.types import Exposure, Owner
from samples import worlds
from samples.worlds.files import asset_csv, cyclonedx, host_cyclonedx, software_csv

WORLDS = {name: make(3) for name, make in worlds.WORLDS.items()}
every_world = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


def stated(world):
    return {(asset.name, package.version) for asset in world.assets for package in asset.packages}


@every_world
@pytest.mark.parametrize("name", ["fleet.cdx.json", "software.csv"])
def test_every_package_is_found_on_its_asset(world, name):
    text = cyclonedx(world) if name.endswith(".json") else software_csv(world)
    reading = read(text.encode(), name)
    assert reading.not_understood == ()
    assert {(component.asset, component.version) for component in reading.components} == stated(world)


@every_world
@pytest.mark.parametrize("name", ["fleet.cdx.json", "software.csv", "assets.csv"])
def test_the_facts_about_assets_are_understood(world, name):
    text = {"fleet.cdx.json": cyclonedx, "software.csv": software_csv, "assets.csv": asset_csv}[name](world)
    read_assets = {asset.name: asset for asset in read(text.encode(), name).assets}
    for asset in world.assets:
        found = read_assets[asset.name]
        assert (found.owner or Owner.US) == asset.owner
        assert found.exposure == asset.exposed
        assert found.criticality == asset.criticality
        assert (found.environment, found.owner_name) == (asset.environment, asset.owner_name)
    assert {asset.exposure for asset in read_assets.values()} == set(Exposure)


@every_world
def test_one_host_can_be_read_alone(world):
    asset = max(world.assets, key=lambda each: len(each.packages))
    reading = read(host_cyclonedx(world, asset).encode(), f"{asset.name}.cdx.json")
    assert {component.asset for component in reading.components} == {asset.name}
    assert len(reading.components) == len(asset.packages)


@every_world
def test_the_hit_releases_can_be_matched(world):
    reading = read(cyclonedx(world).encode(), "fleet.cdx.json")
    hit = {(package.name.lower(), package.version) for asset in world.assets for package in asset.packages}
    hit &= {(name.lower(), version) for (kind, name), (version, _) in worlds.HIT.items() if kind in {"npm", "pypi"}}
    matchable = {(c.name.lower(), c.version) for c in reading.components if not c.unmatchable}
    assert hit <= matchable
