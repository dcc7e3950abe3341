"""What one house hands on, another one holds: the same data under the same version, over the network and by hand."""

from __future__ import annotations

import json
import tarfile
from datetime import timedelta

import pytest

from levee.feeds import services
from levee.feeds.services.running import nobody
from levee.feeds.types import Kind, LoadState
from levee.platform.database.roles import DbRole
from subsystems.feeds.conftest import advisory, epss, kev
from support.database import as_role

LISTED = [(f"CVE-2024-{number:05}", "2026-11-01", number % 2 == 0) for number in range(1000, 1100)]


@pytest.fixture
def root(house, tmp_path):
    """The house holds three feeds and has a root."""
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*LISTED)))
    house.add("scores", Kind.EPSS)
    house.load("scores", house.file("epss.csv.gz", epss(("CVE-2024-0001", "0.5"))))
    house.add("mine", Kind.OSV)
    for number in range(30):
        house.file(f"osv/A-{number}.json", json.dumps(advisory(f"A-{number}")))
    house.load("mine", house.folder / "osv")
    with as_role(DbRole.MATCHER):
        return services.found_root(house.run(), tmp_path / "keys", tmp_path / "offline")


def publish(house, tmp_path, site=None):
    actor = house.run()
    with as_role(DbRole.MATCHER):
        services.publish(actor, tmp_path / "keys", tmp_path / "served", tell=nobody)
    if site is not None:
        folder = tmp_path / "served"
        site.files = {
            "/" + each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()
        }


def version(house, name):
    return house.feed(name).version.partition(":")[2]


def test_another_house_holds_the_same_under_the_same_versions(house, root, tmp_path, site):
    publish(house, tmp_path, site)
    house.add("partner", Kind.LEVEE, site.base, root=root)
    assert house.pull("partner").state is LoadState.LOADED
    for name in ("listed", "scores", "mine"):
        assert version(house, f"partner.{name}") == version(house, name)
        assert house.feed(f"partner.{name}").data_at == house.feed(name).data_at
    assert house.feed("partner.scores").edition == "v2025.03.14"
    assert house.feed("partner.mine").came_by == "house"
    site.asked.clear()
    assert house.pull("partner").state is LoadState.UNCHANGED
    assert not any("/targets/listed/" in name for name, _ in site.asked)


def test_only_the_parts_that_changed_are_fetched(house, root, tmp_path, site):
    publish(house, tmp_path, site)
    house.add("partner", Kind.LEVEE, site.base, root=root)
    house.pull("partner")
    house.clock.advance(timedelta(hours=3))
    house.load(
        "listed", house.file("kev.json", kev(*LISTED, ("CVE-2026-0001", "2026-11-22", True), released="2026-11-22"))
    )
    publish(house, tmp_path, site)
    site.asked.clear()
    done = house.pull("partner")
    assert done.changed == 1
    assert house.told("CVE-2026-0001")["CVE-2026-0001"].kev.value == "yes"
    assert {name.split("/")[2] for name, _ in site.asked if name.startswith("/targets/")} - {"listed"} == {
        name.split("/")[2] for name, _ in site.asked if name.endswith("feeds.json")
    }


def test_a_kit_is_carried_over_and_says_what_cannot_be_known(house, root, tmp_path):
    publish(house, tmp_path)
    kit = tmp_path / "kit.tar"
    with tarfile.open(kit, "w") as packed:
        packed.add(tmp_path / "served", "kit")
    house.add("island", Kind.LEVEE, root=root)
    house.clock.advance(timedelta(days=3, hours=2))
    assert house.load("island", kit).changed == 3
    assert version(house, "island.mine") == version(house, "mine")
    note = house.feed("island").note
    assert "cannot be known offline" in note
    assert "2 days and 2 hours ago" in note


def test_a_house_that_hands_on_half_is_kept_out_like_any_feed(house, root, tmp_path, site):
    publish(house, tmp_path, site)
    house.add("partner", Kind.LEVEE, site.base, root=root)
    house.pull("partner")
    house.load("listed", house.file("kev.json", kev(*LISTED[:9], released="2026-11-22T00:00:00Z")), accept=True)
    publish(house, tmp_path, site)
    assert "kept out" in house.pull("partner").why
    assert "more than half" in house.feed("partner.listed").alarm
    assert house.feed("partner.listed").held == 200


def test_a_payload_that_was_swapped_changes_nothing(house, root, tmp_path, site):
    publish(house, tmp_path, site)
    for name in site.files:
        if "/targets/" in name and not name.endswith("feeds.json"):
            site.files[name] = b"evil"
    house.add("partner", Kind.LEVEE, site.base, root=root)
    done = house.pull("partner")
    assert done.refused == 3
    assert done.changed == 0
    assert house.feed("partner.listed").held == 0
