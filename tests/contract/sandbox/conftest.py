"""The adapters under test, with users, folders and control groups of this worker's own; and what is left of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from levee.platform.runner.dispatch import Runner
from levee.platform.sandbox import hierarchies, linux
from levee.platform.sandbox.port import CanaryExecution, Connection, Hit, Outcome
from levee.platform.sandbox.slots import Slots
from levee.platform.sandbox.start import open_sandbox
from support.users import place_of

HERE = Path(__file__).parent
KINDS = ("relay", "echo", "crash", "hang", "fail", "chatter", "garbage")
HANDLERS = {kind: f"relay:{kind}" for kind in KINDS} | {"mark": "taken:mark"}


@pytest.fixture(scope="session")
def slots():
    if os.geteuid() != 0:
        pytest.skip("the sandbox needs root, and refuses without it (shown by test_start.py)")
    place = place_of("sandbox")
    slots = Slots(first=place["first_user"], count=place["slots"], runtime=place["runtime"])
    yield slots
    shutil.rmtree(slots.runtime, ignore_errors=True)


@pytest.fixture(scope="session")
def place(slots):
    return {"slots": slots.count, "first_user": slots.first, "runtime": slots.runtime}


@pytest.fixture(scope="session")
def probe(tmp_path_factory):
    """The hostile probes as one static program."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: install gcc")
    target = tmp_path_factory.mktemp("probe") / "probe"
    flags = ["-O1", "-static", "-pthread", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *flags, "-o", str(target), str(HERE / "probes.c")], check=True)
    return target


@pytest.fixture(scope="session")
def bubblewrap(place, tmp_path_factory):
    return open_sandbox(data_folder=tmp_path_factory.mktemp("data"), **place)


@pytest.fixture(scope="session")
def runner(place, tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    with Runner(handlers=HANDLERS, data_folder=folder, code=(HERE / "runner_code",), **place) as runner:
        yield runner


@pytest.fixture(scope="session", params=["bubblewrap", "bubblewrap in a runner"])
def sandbox(request):
    """Every adapter of the port; the second is the first as a runner uses it, without root on the host."""
    if request.param == "bubblewrap":
        return request.getfixturevalue("bubblewrap")
    return ThroughRunner(request.getfixturevalue("runner"))


class ThroughRunner:
    """The port, spoken to across a runner's pipe."""

    def __init__(self, runner):
        self._runner = runner

    def run(self, run):
        header = {"argv": run.argv, "collect": run.collect, "canary": run.canary.path if run.canary else ""}
        header |= {"listen_ports": run.listen_ports, "limits": asdict(run.limits), "environment": run.environment}
        header |= {"executable_work": run.executable_work, "watch_programs": run.watch_programs}
        attachments = {"stdin": run.stdin, **{f"/{name}": data for name, data in run.files.items()}}
        answer = self._runner.run("relay", header, attachments, seconds=120)
        told, data = dict(answer.header), answer.attachments
        return Outcome(
            **{name: told.pop(name) for name in ("exit", "signal", "cpu_seconds", "wall_seconds", "peak_memory")},
            **{name: data[name] for name in ("stdout", "stderr", "facts")},
            hits=frozenset(Hit(hit) for hit in told["hits"]),
            canary=tuple(CanaryExecution(arguments=tuple(one)) for one in told["canary"]),
            canary_observed=told["canary_observed"],
            execs=tuple(told["execs"]),
            connections=tuple(Connection(port=p, first_bytes=bytes.fromhex(b)) for p, b in told["connections"]),
            files={name.removeprefix("/"): bytes_ for name, bytes_ in data.items() if name.startswith("/")},
        )


def groups_of(slots):
    """The control groups of runs in these slots."""
    tops = hierarchies.find().parents.values()
    names = [f"levee-{user}" for user in slots.users]
    return {found for top in tops for name in names for found in (*top.glob(name), *top.glob(f"levee-runner-*/{name}"))}


@pytest.fixture(scope="session")
def abandoned(slots):
    """What an earlier run of these tests left when it was killed."""
    return groups_of(slots)


def left_over(slots):
    """Whatever a run of these slots has left on this host."""
    users = set(slots.users)
    mounts = linux.mounts_below(slots.runtime)
    files = [found for user in users for found in (slots.runtime / str(user)).glob("*")]
    processes = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                owner = entry.stat().st_uid
            except OSError:
                continue
            processes += [entry.name] if owner in users else []
    return {"groups": groups_of(slots), "mounts": mounts, "files": files, "processes": processes}


@pytest.fixture
def nothing_left(slots, abandoned):
    yield
    left = left_over(slots)
    assert left | {"groups": left["groups"] - abandoned} == {
        "groups": set(),
        "mounts": [],
        "files": [],
        "processes": [],
    }
