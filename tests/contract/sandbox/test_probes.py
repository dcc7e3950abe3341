"""Hostile probes: each succeeds without walls (or the kernel looks at it); inside, each is held and leaves nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from dataclasses import dataclass, field, replace

import pytest

from levee.platform.sandbox import cgroups, hierarchies
from levee.platform.sandbox.port import MIB, Hit, Limits, Run

LIMITS = Limits(cpu_seconds=8, wall_seconds=60, memory=64 * MIB, pids=32, output=MIB, disk=16 * MIB, inodes=500)
REFUSED = {1, 77}


@dataclass(frozen=True)
class Probe:
    name: str
    argument: str = ""
    hit: Hit | None = None
    limits: dict = field(default_factory=dict)
    ends: bool = True
    """The act itself is harmless; that nothing of it is left is what counts."""

    def __str__(self):
        return f"{self.name} {self.argument}".strip()


def refused(*names, argument=""):
    return [Probe(name, argument) for name in names]


PROBES = [
    Probe("read_file", "/etc/shadow"),
    Probe("read_file", "/proc/{process}/environ"),
    Probe("read_file", "{file}"),
    Probe("write_file", "{file}-new"),
    Probe("write_file", "/usr/bin/levee-probe"),
    *[
        Probe("open_to_write", f"/proc/{name}")
        for name in ("sysrq-trigger", "sys/vm/overcommit_memory", "self/oom_score_adj")
    ],
    *refused(
        "same_value", "change_programs", "change_root", "make_device", "mount_old", "mount_new", "mount_device_files"
    ),
    *refused("clone_tree", "unmount_nothing", "pivot", "change_root_folder", "user_namespace", "mount_namespace"),
    *refused("clone_namespace", "clone_three", "enter_namespace", "trace", "read_memory", "take_descriptor", "compare"),
    *refused("bpf", "perf", "ring", "faults", "keys", "key_control", "watch_files", "file_handle", "module", "unload"),
    *refused("other_kernel", "restart", "set_clock", "swap", "kernel_log", "ports", "segments", "accounting", "quota"),
    *refused("execute_descriptor", "other_machine", "type_for_others", "vsock", "netlink", "crypto", "packet", "raw"),
    Probe("connect_host", "{port}"),
    Probe("connect_name", "{name}"),
    Probe("signal_process", "{process}"),
    *refused("become_root", "groups", "host_name", "real_time", "priority", "many_files"),
    Probe("fork_bomb", hit=Hit.PIDS),
    Probe("thread_bomb", hit=Hit.PIDS),
    Probe("memory_hog", hit=Hit.MEMORY),
    Probe("fill_file", "filler", hit=Hit.DISK),
    Probe("fill_file", "/tmp/levee-probe-filler"),
    Probe("fill_sparse", "/dev/shm/levee-probe-filler", hit=Hit.MEMORY),
    Probe("fill_memory_file", hit=Hit.MEMORY),
    Probe("fill_inodes", hit=Hit.DISK),
    Probe("deep_folders"),
    Probe("flood_output", hit=Hit.OUTPUT),
    Probe("flood_errors", hit=Hit.OUTPUT),
    Probe("flood_facts", hit=Hit.OUTPUT),
    Probe("spin", hit=Hit.CPU, limits={"cpu_seconds": 0.3}),
    Probe("spin_many", hit=Hit.CPU, limits={"cpu_seconds": 0.3}),
    Probe("long_sleep", hit=Hit.WALL, limits={"wall_seconds": 0.3}),
    Probe("deaf", hit=Hit.WALL, limits={"wall_seconds": 0.3}),
    Probe("stopped", ends=False),
    Probe("daemon_left", ends=False),
    Probe("daemon_holding_pipes", ends=False),
    Probe("outlive", ends=False),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Things of the host that a probe reaches for."""
    secret = tmp_path_factory.mktemp("host") / "secret"
    secret.write_text("of the host")
    secret.chmod(0o600)
    name = f"levee-probe-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        named = stack.enter_context(socket.socket(socket.AF_UNIX))
        named.bind(f"\0{name}")
        named.listen()
        yield {"file": secret, "name": name, "port": listener.getsockname()[1], "process": os.getpid()}


@pytest.mark.parametrize("attempt", PROBES, ids=str)
def test_without_walls_the_probe_succeeds(attempt, probe, host, tmp_path, slots):
    """Bounded by a roomy control group, a file system of its own and a limit of time, but by no wall."""
    if attempt.name == "flood_facts":
        pytest.skip("without a sandbox there is no fact pipe")
    name = f"levee-bare-{secrets.token_hex(4)}"
    group = hierarchies.find().make(name, Limits(memory=1024 * MIB, pids=400))
    script = (
        'for group in $1; do echo 0 >"$group/cgroup.procs"; done; mount -t tmpfs -o size=256m,nr_inodes=9999 x "$2";'
        'mount -t tmpfs -o size=512m x /dev/shm; cd "$2"; shift 2; exec "$@" >/dev/null'
    )
    groups = " ".join(str(folder) for folder in group.folders)
    words = ["unshare", "--mount", "sh", "-c", script, "sh", groups, str(tmp_path)]
    words += [str(probe), attempt.name, attempt.argument.format(**host)]
    errors = subprocess.PIPE if attempt.ends else subprocess.DEVNULL  # what is left behind would hold the pipe open
    try:
        done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=errors, timeout=120, check=False)
        left = group.processes()
    finally:
        cgroups.end(group)
    if done.returncode == 77:
        pytest.skip(f"this kernel does not offer what {attempt} reaches for")
    if attempt.ends:
        assert done.returncode == 0, done.stderr
    else:
        assert left


@pytest.mark.parametrize("attempt", PROBES, ids=str)
def test_inside_the_probe_is_held_and_leaves_nothing(attempt, sandbox, probe, host, nothing_left):
    outcome = sandbox.run(
        Run(
            argv=("/w/probe", attempt.name, attempt.argument.format(**host)),
            files={"probe": probe.read_bytes()},
            limits=replace(LIMITS, **attempt.limits),
            executable_work=True,
            collect=("nothing/*",),
        )
    )
    if attempt.hit is not None:
        assert attempt.hit in outcome.hits
    elif attempt.ends:
        assert outcome.exit in REFUSED or outcome.signal == signal.SIGSYS or Hit.DISK in outcome.hits
    assert len(outcome.stdout) <= LIMITS.output
    assert len(outcome.stderr) <= LIMITS.output
    assert len(outcome.facts) <= LIMITS.output


def test_there_are_enough_probes():
    assert len(PROBES) >= 40
