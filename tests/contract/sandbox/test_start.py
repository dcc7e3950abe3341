"""Start-up refuses a host on which a wall is missing, and says which."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path

import pytest

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox import cgroups, hierarchies
from levee.platform.sandbox.cgroups import UnifiedGroup
from levee.platform.sandbox.launch import Walls
from levee.platform.sandbox.port import Probe, SelfTest
from levee.platform.sandbox.start import open_sandbox


@pytest.mark.parametrize(
    ("wall", "named"),
    [
        ("slot_user", "slot user"),
        ("control_group", "control group: processes"),
        ("control_group", "control group: memory"),
        ("system_calls", "filter: vsock"),
        ("read_only_proc", "read-only /proc"),
    ],
)
def test_with_a_wall_taken_away_start_up_refuses_and_names_it(place, tmp_path, nothing_left, wall, named):
    with pytest.raises(UnsafeSetup, match=named) as caught:
        open_sandbox(data_folder=tmp_path, walls=Walls(**{wall: False}), **place)
    assert caught.value.advice()


def test_without_root_start_up_refuses(tmp_path):
    if os.geteuid() != 0:
        with pytest.raises(UnsafeSetup, match="root"):
            open_sandbox(data_folder=tmp_path)
        return
    os.seteuid(65534)
    try:
        with pytest.raises(UnsafeSetup, match="root"):
            open_sandbox(data_folder=tmp_path)
    finally:
        os.seteuid(0)


def test_a_user_of_the_host_is_no_slot(tmp_path):
    with pytest.raises(UnsafeSetup, match="on this host"):
        open_sandbox(data_folder=tmp_path, first_user=1)


def test_a_runtime_folder_that_others_may_write_is_refused(place, tmp_path):
    (tmp_path / "runtime").mkdir()
    (tmp_path / "runtime").chmod(0o777)
    with pytest.raises(UnsafeSetup, match="written by others"):
        open_sandbox(data_folder=tmp_path, **(place | {"runtime": tmp_path / "runtime"}))


def test_every_probe_of_the_self_test_holds_here(bubblewrap, nothing_left):
    test = bubblewrap.self_test()
    assert [probe for probe in test.probes if not probe.held] == []
    assert len(test.probes) >= 12


def test_a_self_test_without_probes_holds_nothing():
    assert not SelfTest(adapter="none", probes=()).held
    assert not SelfTest(adapter="one", probes=(Probe(name="x", held=False, detail=""),)).held


def test_the_self_test_is_kept_for_this_boot_and_these_programs(place, tmp_path):
    open_sandbox(data_folder=tmp_path, **place)
    (kept,) = (tmp_path / "sandbox").glob("*.held")
    before = kept.stat().st_mtime_ns
    open_sandbox(data_folder=tmp_path, **place)
    assert kept.stat().st_mtime_ns == before


def test_a_group_over_its_limits_says_so_and_an_empty_one_goes(slots):
    found = hierarchies.find()
    group = found.make("levee-test-empty", None)
    assert group.empty()
    assert group.processes() == frozenset()
    assert all(folder.is_dir() for folder in group.folders)
    cgroups.end(group)
    assert not any(folder.exists() for folder in group.folders)


def test_a_group_of_version_2_is_killed_counted_and_removed_as_one():
    """On hosts whose version 2 has no controllers too: killing and counting need none."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if line.split()[2] == "cgroup2"]
    if not mounts or os.geteuid() != 0:
        pytest.skip("needs root and a mounted cgroup2")
    folder = Path(mounts[0]) / f"levee-test-{secrets.token_hex(4)}"
    folder.mkdir()
    group = UnifiedGroup({"unified": folder})
    assert group.empty()
    script = 'echo 0 >"$1/cgroup.procs"; trap "" TERM; (setsid sleep 600 &); while :; do :; done'
    with subprocess.Popen(["/bin/sh", "-c", script, "sh", str(folder)]) as process:
        while group.cpu_seconds() == 0 or len(group.processes()) < 2:
            assert process.poll() is None
        assert not group.empty()
        cgroups.end(group)
    assert not folder.exists()
