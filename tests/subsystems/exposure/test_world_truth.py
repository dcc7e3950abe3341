"""The three worlds as files of many kinds against the truth about them: all that is flawed is found, nothing else."""

from datetime import UTC, datetime

import pytest

from levee.exposure.matching.folder import AdvisoryFolder
from levee.exposure.scan.running import scan
from levee.formats.vex import read_vex
from samples import worlds
from samples.worlds.advisories import advisories
from samples.worlds.kinds import KINDS

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WORLDS = {name: make(1) for name, make in worlds.WORLDS.items()}
READ = (
    "cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tags", "csv", "csv-odd", "xlsx", "dpkg", "dpkg-status",
    "dpkg-query", "rpm", "rpm-query", "apk", "winget", "osquery",
)  # fmt: skip
FILES = [
    pytest.param(world, kind, id=f"{world.name}-{kind.name}")
    for world in WORLDS.values()
    for kind in KINDS
    if kind.name in READ and kind.there(world)
]
every_file = pytest.mark.parametrize(("world", "kind"), FILES)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("advisories")
    worlds.write_advisories(folder)
    opened = AdvisoryFolder(folder, cache=folder.parent / "cache")
    opened.refresh()
    return opened


def found(world, kind, published):
    return scan(kind.write(world), filename=kind.filename(world), advisories=published, now=NOW)


def place(each):
    component = each.component
    return component.asset.name, component.name.lower(), component.version, each.record.name


@every_file
def test_exactly_what_is_flawed_is_found_with_the_release_that_clears_it(world, kind, published):
    seen = {
        (*place(each), each.fix)
        for each in found(world, kind, published).found
        if (each.component.asset.name, each.component.name) not in worlds.excused(world) and each.certain
    }
    stated = kind.stated(world)
    assert seen == {
        (*each.place, each.fix)
        for each in worlds.truth(world)
        if (each.asset, each.package) in stated and not guessed(kind, each.package)
    }


@every_file
def test_a_maker_s_product_that_a_spreadsheet_calls_by_its_bare_name_is_a_question_and_nothing_else_is(
    world, kind, published
):
    seen = {
        (asset, name.rpartition("/")[2], version, flaw.removesuffix("-M"))
        for each in found(world, kind, published).found
        if not each.certain
        for asset, name, version, flaw in [place(each)]
    }
    stated = kind.stated(world)
    assert seen == {
        each.place
        for each in worlds.truth(world)
        if (each.asset, each.package) in stated and guessed(kind, each.package)
    }


def guessed(kind, package):
    """Whether a file has nothing but a bare name for a product."""
    return bool(package.maker) and kind.name in {"csv-odd", "xlsx"}


def test_what_a_maker_excuses_is_taken_away_with_its_reason_and_nothing_else(published):
    world, kind = WORLDS["hospital"], KINDS[0]
    said = read_vex(next(data for name, data in advisories() if name == "vex/hospital.openvex.json"))
    seen = scan(
        kind.write(world),
        filename=kind.filename(world),
        advisories=published,
        now=NOW,
        statements=said.statements,
    )
    excused = {(each.found.component.asset.name, each.found.component.name) for each in seen.excused}
    assert excused == worlds.excused(world)
    assert {place(each) for each in seen.found} == {each.place for each in worlds.truth(world)}


def without_epoch(version):
    return version.rpartition(":")[2]


@every_file
def test_what_a_distribution_mended_raises_nothing(world, kind, published):
    raised = {
        (each.component.asset.name, each.component.name, without_epoch(each.component.version))
        for each in found(world, kind, published).found
    }
    mended = {
        (asset, package.known_as.lower(), without_epoch(package.version))
        for asset, package in worlds.back_ports(world) & kind.stated(world)
    }
    assert mended or kind.name == "winget"  # no distribution builds those
    assert not raised & mended
