import csv
import io
import json
from collections import Counter

import pytest
from packageurl import PackageURL

from levee.formats.csaf import check as check_csaf
from levee.formats.osv import check_osv
from samples import worlds
from samples.worlds.advisories import advisories
from samples.worlds.files import cyclonedx, host_cyclonedx, software_csv
from samples.worlds.flaws import FLAWS
from samples.worlds.world import is_hit

WORLDS = {name: make(3) for name, make in worlds.WORLDS.items()}
every_world = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


def software(world):
    return [(asset, package) for asset in world.assets for package in asset.packages]


def test_the_operators_have_the_sizes_they_are_said_to_have():
    assert len(WORLDS["bank"].assets) == 60
    kinds = Counter(asset.kind for asset in WORLDS["hospital"].assets)
    assert (kinds["medical device"], kinds.total()) == (40, 220)
    kinds = Counter(asset.kind for asset in WORLDS["water"].assets)
    assert (kinds["plc"] + kinds["hmi"], kinds["server"] + kinds["workstation"]) == (30, 12)


@every_world
def test_a_world_follows_from_its_seed(world):
    assert worlds.WORLDS[world.name](3) == world
    assert worlds.WORLDS[world.name](4) != world


@every_world
def test_every_package_address_can_be_read(world):
    for _, package in software(world):
        read = PackageURL.from_string(package.purl)
        version = f"{read.qualifiers['epoch']}:{read.version}" if "epoch" in read.qualifiers else read.version
        assert (read.name, version) == (package.name.lower(), package.version)


@every_world
def test_every_fact_is_a_word_of_the_inventory(world):
    assert {asset.owner for asset in world.assets} <= {"us", "vendor", "manufacturer"}
    assert {asset.exposed for asset in world.assets} == {"yes", "no", "unknown"}
    assert {asset.criticality for asset in world.assets} <= {"high", "medium", "low"}
    assert len({asset.name for asset in world.assets}) == len(world.assets)
    assert all(bool(asset.owner_name) == (asset.owner != "us") for asset in world.assets)


@every_world
def test_some_software_is_hit_and_most_is_not(world):
    hits = [package for _, package in software(world) if is_hit(package)]
    assert len({package.name for package in hits}) >= 5
    assert 0 < len(hits) < len(software(world)) / 5


def test_every_demo_target_stands_somewhere_in_a_release_that_is_hit():
    found = {
        (package.type, package.name) for world in WORLDS.values() for _, package in software(world) if is_hit(package)
    }
    assert found == set(worlds.HIT)


@every_world
def test_after_the_fixes_two_places_are_left(world):
    after = worlds.after_fixes(world)
    still = [(asset.name, package) for asset, package in software(after.world) if is_hit(package)]
    assert sorted(still) == sorted(after.left)
    assert len(still) == 2
    assert [asset.name for asset in after.world.assets] == [asset.name for asset in world.assets]
    assert len(software(after.world)) == len(software(world))


@every_world
def test_the_files_hold_every_package_of_every_asset(world):
    wanted = {(asset.name, package.purl) for asset, package in software(world)}
    rows = list(csv.DictReader(io.StringIO(software_csv(world))))
    assert {(row["asset"], row["purl"]) for row in rows} == wanted
    fleet = json.loads(cyclonedx(world))
    nested = {(d["name"], c["purl"]) for d in fleet["components"] for c in d["components"]}
    assert nested == wanted
    hosts = [json.loads(host_cyclonedx(world, asset)) for asset in world.assets]
    assert {(h["metadata"]["component"]["name"], c["purl"]) for h in hosts for c in h["components"]} == wanted


@every_world
def test_every_release_that_a_flaw_speaks_of_is_judged_by_hand(world):
    assert worlds.unjudged(world) == frozenset()


def test_every_flaw_hits_or_spares_something_and_is_published_well_formed():
    every = [each for world in WORLDS.values() for each in (world, worlds.after_fixes(world).world)]
    stated = {(package.known_as.lower(), package.version) for world in every for _, package in software(world)}
    judged = {(part.name, release) for flaw in FLAWS for part in flaw.affects for release in (*part.hit, *part.spared)}
    assert judged <= stated
    for name, data in advisories():
        if name.startswith("osv/"):
            assert check_osv(json.loads(data)) == (), name
        if name.startswith("csaf/"):
            assert check_csaf(json.loads(data)) == (), name


@every_world
def test_most_worlds_hold_back_ports_and_all_hold_truth(world):
    assert len(worlds.truth(world)) >= 30
    assert len({package.name for _, package in worlds.back_ports(world)}) >= 5
