"""A load that is killed at any point loses nothing and tells everybody once the next one has gone on."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from levee.feeds.models import Record
from levee.feeds.types import Kind, LoadState
from levee.platform.database.roles import DbRole
from levee.platform.models import Run
from subsystems.feeds.conftest import advisory
from support.database import as_role

PROCESS = Path(__file__).with_name("loading_process.py")
RECORDS = 1000


@pytest.mark.parametrize("points", [("reading 500", "keeping 50", "keeping 300"), ("keeping 100", "keeping 550")])
def test_a_load_killed_again_and_again_is_gone_on_with(real_house, real_db, server, tmp_path, points):
    house = real_house
    house.add("mine", Kind.OSV)
    for number in range(RECORDS):
        house.file(f"osv/A-{number}.json", json.dumps(advisory(f"A-{number}")))
    for point in points:
        kill_at(point, server, real_db, tmp_path, house.folder / "osv")
    done = house.load("mine", house.folder / "osv")
    assert done.state is LoadState.LOADED
    assert 0 < done.changed < RECORDS, "what was kept before is not kept again"
    assert house.feed("mine").held == RECORDS
    with as_role(house.world.owner_role):
        assert Record.unscoped.count() == RECORDS
        told = set(Run.unscoped.filter(kind="exposure.learn_batch").values_list("subject", flat=True))
        assert set(Record.unscoped.values_list("batch", flat=True)) <= told, "each record is in a batch that was told"
    assert house.load("mine", house.folder / "osv").changed == 0
    cut_off = [each for each in house.loads("mine") if each.why == "it was cut off"]
    assert len(cut_off) == len(points)


def kill_at(point, server, database, folder, path):
    address = asdict(replace(server.address(DbRole.MATCHER), database=database))
    order = json.dumps({"address": address, "house": str(folder), "path": str(path), "name": "mine"})
    process = subprocess.Popen([sys.executable, str(PROCESS), order], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.strip().endswith(point):
            process.kill()
            break
    process.stdout.close()
    assert process.wait(timeout=60) == -9, f"it ended before {point}"
