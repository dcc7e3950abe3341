"""`levee operator pull` from what another house hands on: over the network, and by a kit that was carried over."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from levee.feeds.types import Kind
from subsystems.feeds.conftest import advisory, kev
from subsystems.feeds.test_handing_on import publish
from support.database import root as folder_for_all

OFFICE = "asset,name,version,ecosystem,exposed\nportal-1,reed,1.0.0,npm,yes\n"
OUTSIDE = ("LEVEE_DATABASE_URL", "LEVEE_DATABASE_OWNER_URL", "LEVEE_TOKEN_FILE")


@pytest.fixture
def handed_on(house, tmp_path):
    """A folder for any web server, signed today, and the root that its people gave away."""
    from levee.feeds import services
    from levee.platform.database.roles import DbRole
    from support.database import as_role

    house.clock.advance(datetime.now(UTC) - house.clock.now())
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(("CVE-2026-0001", "2026-11-20", False))))
    house.add("mine", Kind.OSV)
    house.file("osv/GHSA-1.json", json.dumps(advisory("GHSA-1", aliases=["CVE-2026-0001"])))
    house.load("mine", house.folder / "osv")
    run = house.run()
    with as_role(DbRole.MATCHER):
        root = services.found_root(run, tmp_path / "keys", tmp_path / "offline")
    publish(house, tmp_path)
    (tmp_path / "root.json").write_bytes(root)
    return tmp_path


@contextmanager
def served(folder):
    """A web server in a process of its own."""
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().split(' port ')[1].split()[0]}"
    finally:
        server.kill()
        server.communicate()


@pytest.fixture
def levee():
    """`levee operator …` on a machine of its own."""
    made = Path(tempfile.mkdtemp(prefix="local-", dir=folder_for_all()))
    made.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}

    def run(*words, fails=False):
        done = subprocess.run(
            [sys.executable, "-m", "levee.cli", "operator", *map(str, words)],
            env=environment | {"LEVEE_DATA_FOLDER": str(made / "house"), "LEVEE_FEED_HOSTS": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield run
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.timeout(600)
def test_a_local_operator_lives_by_what_another_house_hands_on(handed_on, levee, tmp_path):
    (tmp_path / "office.csv").write_text(OFFICE)
    root = handed_on / "root.json"
    with served(handed_on / "served") as address:
        assert "trusted by its root alone" in levee("pull", "--house", address, fails=True)
        assert "house: loaded" in levee("pull", "--house", address, "--root", root)
        levee("confirm", tmp_path / "office.csv")
        told = levee("list")
        assert "Upgrade reed to 2.0.0" in told
        assert "known to be exploited" in told
        assert "rests on: " in told
        assert "house: unchanged" in levee("pull"), "from now on it is the house that is asked, and no source"
    assert "not had" in levee("pull", fails=True), "the server is gone"
    kit = tmp_path / "kit.tar"
    with tarfile.open(kit, "w") as packed:
        packed.add(handed_on / "served", arcname=".")
    assert "house: " in levee("pull", "--from", kit, "--root", root)
    shutil.copytree(handed_on / "served", tmp_path / "forged")
    timestamp = tmp_path / "forged" / "metadata" / "timestamp.json"
    timestamp.write_text(timestamp.read_text().replace("timestamp", "timestomp", 1))
    assert "not had" in levee("pull", "--from", tmp_path / "forged", "--root", root, fails=True)
