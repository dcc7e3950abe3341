"""The three worlds against the truth about them: all that is flawed is found, and nothing else."""

from datetime import UTC, datetime

import pytest

from levee.exposure.scan import scan
from samples import worlds
from samples.worlds.files import cyclonedx, software_csv

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WORLDS = {name: make(1) for name, make in worlds.WORLDS.items()}
every_world = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
KINDS = {"fleet.cdx.json": cyclonedx, "software.csv": software_csv}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("advisories")
    worlds.write_advisories(folder)
    return folder / "osv"


def found(world, kind, published):
    return scan(KINDS[kind](world).encode(), filename=kind, advisories=published, now=NOW)


def place(each):
    component = each.component
    return component.asset.name, component.name.lower(), component.version, each.record.osv.id


@every_world
@every_kind
def test_exactly_what_is_flawed_is_found_with_the_release_that_clears_it(world, kind, published):
    seen = {
        (*place(each), each.fix)
        for each in found(world, kind, published).found
        if (each.component.asset.name, each.component.name) not in worlds.excused(world)
    }
    assert seen == {(*each.place, each.fix) for each in worlds.truth(world) if not each.package.maker}


@every_world
@every_kind
def test_what_a_distribution_mended_raises_nothing(world, kind, published):
    raised = {(each.component.asset.name, each.component.purl) for each in found(world, kind, published).found}
    mended = {(asset, package.purl) for asset, package in worlds.back_ports(world)}
    assert mended
    assert not raised & mended
