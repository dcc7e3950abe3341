"""The worker's second process: a job's failure stays its own, and taken over it reaches nothing."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from levee.kernel.errors import BadInput, TooLarge, Unavailable, UnsafeSetup
from levee.platform.runner import wire
from levee.platform.runner.dispatch import Runner
from levee.platform.sandbox import hierarchies
from levee.platform.sandbox.launch import Walls

CODE = Path(__file__).parent / "runner_code"


def answers(runner):
    return runner.run("echo", {"deep": [1, {"x": None}]}, {"a": b"\0\xff", "b": b""}, seconds=60)


def test_a_job_goes_in_and_its_answer_comes_out(runner):
    assert answers(runner) == wire.Message(header={"deep": [1, {"x": None}]}, attachments={"a": b"\0\xff", "b": b""})


@pytest.mark.parametrize(
    ("kind", "code", "seconds"),
    [("crash", "runner.ended", 60), ("hang", "runner.deadline", 2), ("fail", "runner.failed", 60)],
)
def test_a_runner_that_breaks_costs_its_own_job_only(runner, kind, code, seconds):
    with pytest.raises(Unavailable) as caught:
        runner.run(kind, {}, {"secret": b"words of the finder"}, seconds=seconds)
    assert caught.value.code == code
    assert "words of the finder" not in str(caught.value)
    assert answers(runner).header == {"deep": [1, {"x": None}]}


def test_what_a_handler_prints_neither_blocks_it_nor_reaches_the_dispatcher(runner):
    assert runner.run("chatter", {}, {}, seconds=60) == wire.Message(header={})


def test_a_kind_that_is_not_listed_is_not_run(runner):
    with pytest.raises(KeyError):
        runner.run("os:system", {}, {}, seconds=60)


@pytest.mark.parametrize("kind", ["swallow", "multiply"])
def test_a_runner_that_takes_too_much_of_the_host_is_stopped(place, tmp_path, kind):
    handlers = {name: f"relay:{name}" for name in (kind, "echo")}
    with Runner(handlers=handlers, data_folder=tmp_path, code=(CODE,), memory=1 << 30, **place) as runner:
        with pytest.raises(Unavailable):
            runner.run(kind, {}, {}, seconds=120)
        assert answers(runner)


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\x02{}",
        b"\0\0\0\x05nope!",
        b"\0\0\0\x09[1,2,3,4]",
        b'\0\0\0\x29{"header": {"answer": 1}, "attachments":[]}',
    ],
)
def test_bytes_that_are_no_answer_are_refused(runner, frame):
    with pytest.raises((BadInput, TooLarge, Unavailable)):
        runner.run("garbage", {}, {"bytes": frame}, seconds=60)
    assert answers(runner)


def test_an_answer_over_the_bounds_is_not_read(place, tmp_path):
    bounds = wire.Bounds(total=1 << 20)
    with (
        Runner(handlers={"x": "relay:too_much"}, data_folder=tmp_path, code=(CODE,), bounds=bounds, **place) as runner,
        pytest.raises((TooLarge, Unavailable)),
    ):
        runner.run("x", {}, {}, seconds=60)


@pytest.fixture
def house(tmp_path):
    """What a hostile runner looks for, on a host where it would find it."""
    house = tmp_path / "house"
    house.mkdir()
    (house / "secret").write_text("the key")
    (house / "secret").chmod(0o600)
    name = f"levee-test-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (str(house / "socket"), f"\0{name}"):
            one = stack.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen()
        group = str(next(iter(hierarchies.find().parents.values())))
        facts = {"house": str(house), "name": name, "port": port.getsockname()[1], "process": os.getpid()}
        yield facts | {"group": group}


def test_taken_over_it_reaches_no_file_socket_key_process_or_device(place, house):
    program = "import sys, json, taken; print(json.dumps(taken.take_over(json.loads(sys.argv[1]), {}, None)[0]))"
    bare = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", program, json.dumps(house)],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": f"{CODE}:{Path(__file__).parents[3] / 'src'}"},
    )
    without = json.loads(bare.stdout)
    with Runner(
        handlers={"take_over": "taken:take_over"}, data_folder=Path(house["house"]), code=(CODE,), **place
    ) as runner:
        inside = runner.run("take_over", house, {}, seconds=120).header
    assert {name for name, told in without.items() if told != "reached"} == set(), "each attempt works on the host"
    assert {name for name, told in inside.items() if told == "reached"} == set()
    assert set(inside) == set(without)


def test_one_job_finds_nothing_of_another(runner, slots):
    places = [str(slots.runtime), str(slots.locks)]
    first = runner.run("mark", {"name": "first", "places": places}, {}, seconds=60).header
    second = runner.run("mark", {"name": "second", "places": places}, {}, seconds=60).header
    assert first["left"] > 0
    assert second["found"] == []
    assert not [name for name in second["environment"] if name.startswith("LEVEE")]


def test_a_runner_behind_a_missing_wall_does_not_open(place, tmp_path):
    runner = Runner(handlers={}, data_folder=tmp_path, walls=Walls(slot_user=False), **place)
    with pytest.raises(UnsafeSetup, match="does not hold"):
        runner.open()


def test_closed_it_leaves_nothing_and_takes_no_job(place, slots, tmp_path):
    def groups():
        folders = (folder for top in hierarchies.find().parents.values() for folder in top.glob("levee-runner-*"))
        return {folder for folder in folders if owner(folder) == slots.keeper}

    def owner(folder):
        with contextlib.suppress(FileNotFoundError):
            return folder.stat().st_uid

    before = groups()
    runner = Runner(handlers={"echo": "relay:echo"}, data_folder=tmp_path, code=(CODE,), **place)
    with runner:
        answers(runner)
        mine = groups() - before
        assert mine
    assert not mine & groups()
    with pytest.raises(Unavailable):
        answers(runner)


def test_what_a_killed_dispatcher_left_is_cleared_by_the_next_and_what_is_fresh_or_in_use_stays(place, tmp_path):
    tops = hierarchies.find().parents.values()
    now = int(time.time())
    names = {"old": f"levee-runner-{now - 3600:x}-0", "used": f"levee-runner-{now - 3600:x}-1"}
    names["fresh"] = f"levee-runner-{now:x}-2"
    made = [top / name for top in tops for name in names.values()]
    for folder in made:
        (folder / "levee-64300").mkdir(parents=True)
    with subprocess.Popen(["sleep", "600"]) as sleeper:
        for top in tops:
            (top / names["used"] / "levee-64300" / "cgroup.procs").write_text(str(sleeper.pid))
        with Runner(handlers={}, data_folder=tmp_path, **place):
            left = {folder.name for folder in made if folder.exists()}
        sleeper.kill()
    for folder in made:
        if folder.exists():
            (folder / "levee-64300").rmdir()
            folder.rmdir()
    assert left == {names["used"], names["fresh"]}
