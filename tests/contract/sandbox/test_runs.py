"""What a run gives back: its output, its files, and what was seen of it from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.kernel.errors import BadInput, TooLarge
from levee.platform.sandbox import linux
from levee.platform.sandbox.port import MIB, Canary, CanaryExecution, Connection, Hit, Limits, Run
from levee.platform.sandbox.slots import Slots
from levee.platform.sandbox.start import open_sandbox

NAMES = st.lists(
    st.text("abc*[]é ?'\"\n$", min_size=1, max_size=8).filter(lambda part: part not in {".", ".."}),
    min_size=1,
    max_size=3,
).map("/".join)


def sh(script, *words, **more):
    return Run(argv=("/bin/sh", "-c", script, "sh", *words), **more)


def test_the_program_gets_its_input_words_and_environment_and_nothing_else(sandbox, nothing_left):
    big = os.urandom(3 * MIB)
    outcome = sandbox.run(sh('sha256sum; echo "$1"; env; echo e >&2; exit 7', "a b", stdin=big, environment={"A": "1"}))
    assert outcome.exit == 7
    assert outcome.signal is None
    lines = outcome.stdout.decode().splitlines()
    assert lines[1] == "a b"
    assert sorted(lines[2:]) == ["A=1", "HOME=/w", "PATH=/usr/bin", "PWD=/w"]
    assert outcome.stderr == b"e\n"
    assert subprocess.run(["sha256sum"], input=big, capture_output=True, check=True).stdout.decode() == f"{lines[0]}\n"


def test_facts_come_through_descriptor_3_and_no_other_is_open(sandbox):
    outcome = sandbox.run(sh("echo told >&3; for n in $(seq 0 200); do [ -e /proc/$$/fd/$n ] && echo $n; done; true"))
    assert outcome.facts == b"told\n"
    assert outcome.stdout.split() == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("name", ["SEGV", "ABRT", "KILL", "SYS"])
def test_a_signal_is_told(sandbox, name):
    outcome = sandbox.run(sh(f"kill -{name} $$"))
    assert outcome.exit is None
    assert outcome.signal == signal.Signals[f"SIG{name}"]
    assert (Hit.SECCOMP in outcome.hits) == (name == "SYS")


def test_a_program_that_is_not_there_is_its_own_failure(sandbox):
    outcome = sandbox.run(Run(argv=("/nowhere",)))
    assert outcome.exit == 127
    assert b"No such file" in outcome.stderr


@settings(max_examples=10)
@given(st.dictionaries(NAMES, st.binary(max_size=99), max_size=5))
def test_files_go_in_and_come_out_unchanged(bubblewrap, files):
    inner = {"/".join(name.split("/")[:depth]) for name in files for depth in range(1, name.count("/") + 1)}
    if inner & set(files):
        with pytest.raises(BadInput):
            bubblewrap.run(Run(argv=("/bin/true",), files=files, collect=("*",)))
        return
    assert bubblewrap.run(Run(argv=("/bin/true",), files=files, collect=("*",))).files == files


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "", "a\0b", "."])
def test_a_file_that_leaves_the_work_folder_is_refused(bubblewrap, name):
    with pytest.raises(BadInput):
        bubblewrap.run(Run(argv=("/bin/true",), files={name: b""}))


def test_files_that_do_not_fit_are_refused(bubblewrap, nothing_left):
    with pytest.raises(TooLarge):
        bubblewrap.run(Run(argv=("/bin/true",), files={"a": bytes(2 * MIB)}, limits=Limits(disk=MIB)))


def test_collecting_follows_no_link_opens_no_pipe_and_takes_no_more_than_the_limit(sandbox):
    script = """
        ln -s /proc/self/environ link; ln -s / root; ln -s /usr/bin folder; mkfifo pipe 2>/dev/null
        truncate -s 3M a-sparse; truncate -s 3M b-sparse; echo kept > kept; mkdir -p d/e; echo deep > d/e/deep
    """
    outcome = sandbox.run(sh(script, collect=("*",), limits=Limits(disk=4 * MIB)))
    assert set(outcome.files) == {"a-sparse", "kept", "d/e/deep"}
    assert outcome.files["kept"] == b"kept\n"
    assert Hit.DISK in outcome.hits, "what was left out is told"


def test_only_what_is_named_is_collected(sandbox):
    assert set(sandbox.run(sh("touch a.txt b.log", collect=("*.txt",))).files) == {"a.txt"}


def test_nothing_of_one_run_reaches_the_next(sandbox):
    sandbox.run(sh("for place in /w /tmp /dev/shm; do echo x > $place/mark; done"))
    assert sandbox.run(sh("ls -A /w /tmp /dev/shm")).stdout == b"/dev/shm:\n\n/tmp:\n\n/w:\n"


def test_work_is_executable_only_where_asked(sandbox):
    script = sh("cp /bin/true x; ./x")
    assert sandbox.run(script).exit == 126
    assert sandbox.run(sh("cp /bin/true x; ./x", executable_work=True)).exit == 0


def test_two_runs_at_once_are_two_users_that_do_not_see_one_another(bubblewrap, slots, nothing_left):
    seen = []
    both = threading.Barrier(2, timeout=60)

    def run():
        both.wait()
        seen.append(bubblewrap.run(sh("touch /w/x; sleep 0.5; ls /proc | grep -c '^[0-9]'")).stdout)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2
    assert seen[0] == seen[1]


class TestShownFolders:
    def test_a_shown_folder_is_read_only_and_keeps_what_only_its_owner_may_read(self, bubblewrap, tmp_path):
        tmp_path.chmod(0o755)
        (tmp_path / "open").write_text("shown")
        (tmp_path / "secret").write_text("hidden")
        (tmp_path / "secret").chmod(0o600)
        outcome = bubblewrap.run(
            sh("cat /t/open; cat /t/secret; echo x > /t/open; touch /t/new", trees={"/t": tmp_path})
        )
        assert outcome.stdout == b"shown"
        assert outcome.stderr.count(b"Permission denied") == 1
        assert outcome.stderr.count(b"Read-only file system") == 2
        assert (tmp_path / "open").read_text() == "shown"

    def test_a_folder_that_the_runs_user_could_not_read_is_refused(self, bubblewrap, tmp_path):
        tmp_path.chmod(0o700)
        with pytest.raises(BadInput, match="readable by everyone"):
            bubblewrap.run(Run(argv=("/bin/true",), trees={"/t": tmp_path}))

    @pytest.mark.parametrize("inside", ["t", "/", "/usr", "/usr/lib/x", "/proc/x", "/w/x", "/a/../w", "/etc"])
    def test_a_place_of_the_sandbox_itself_is_refused(self, bubblewrap, tmp_path, inside):
        tmp_path.chmod(0o755)
        with pytest.raises(BadInput):
            bubblewrap.run(Run(argv=("/bin/true",), trees={inside: tmp_path}))


class TestCanary:
    canary = Canary(path="/c/4f1d")

    def test_its_executions_are_seen_with_their_words(self, sandbox):
        outcome = sandbox.run(sh("/c/4f1d one 'two three'; (/c/4f1d) & wait; exec /c/4f1d é", canary=self.canary))
        assert outcome.canary_observed
        assert outcome.canary == tuple(CanaryExecution(arguments=words) for words in (("one", "two three"), (), ("é",)))

    def test_reading_copying_naming_or_imitating_it_is_no_execution(self, sandbox):
        script = """
            cat /c/4f1d > /dev/null; cp /c/4f1d /w/copy; ls -l /c/4f1d; sh -c 'exec 5</c/4f1d; echo $0' /c/4f1d token
            printf '/c/4f1d\\0token\\0\\n' > /w/.canary-trace; chmod +x copy; ./copy token
            exec -a /c/4f1d cat /c/4f1d token
        """
        run = Run(argv=("/bin/bash", "-c", script), canary=self.canary, executable_work=True)
        assert sandbox.run(run).canary == ()

    def test_a_run_without_it_has_none(self, sandbox):
        assert sandbox.run(sh("/c/4f1d token")).canary == ()

    def test_where_the_kernel_cannot_watch_its_own_trace_is_told_as_such(self, place, tmp_path, monkeypatch):
        def refuse():
            raise PermissionError

        monkeypatch.setattr(linux, "watch_open", refuse)
        sandbox = open_sandbox(data_folder=tmp_path, held_already=True, **place)
        outcome = sandbox.run(sh("/c/4f1d one two; /c/4f1d", canary=self.canary))
        assert not outcome.canary_observed
        assert outcome.canary == (CanaryExecution(arguments=("one", "two")), CanaryExecution(arguments=()))


class TestPrograms:
    def test_every_program_after_the_first_is_seen(self, sandbox):
        outcome = sandbox.run(sh("true | cat; sh -c ls; exec id", watch_programs=True))
        assert sorted(outcome.execs) == sorted(f"/usr/bin/{name}" for name in ("cat", "dash", "id", "ls"))

    def test_one_from_a_folder_of_the_run_is_seen_by_its_loader(self, sandbox):
        script = "cp /bin/true x; ./x; exec ./x"
        outcome = sandbox.run(sh(script, watch_programs=True, executable_work=True))
        loaders = [path for path in outcome.execs if "/ld-linux" in path]
        assert len(loaders) == 2

    def test_a_program_alone_is_silent(self, sandbox):
        assert sandbox.run(sh(": > x; read line < x", watch_programs=True)).execs == ()


class TestListeners:
    request = "exec 5<>/dev/tcp/127.0.0.1/$1 && printf 'GET /token HTTP/1.0\\r\\n\\r\\n' >&5 && head -1 <&5"

    def test_a_connection_is_seen_with_its_first_bytes(self, sandbox):
        outcome = sandbox.run(Run(argv=("/bin/bash", "-c", self.request, "bash", "8099"), listen_ports=(8098, 8099)))
        assert outcome.connections == (Connection(port=8099, first_bytes=b"GET /token HTTP/1.0\r\n\r\n"),)
        assert outcome.stdout == b"HTTP/1.0 200 OK\r\n"

    def test_a_connection_without_a_word_is_seen_too(self, sandbox):
        run = Run(argv=("/bin/bash", "-c", "exec 5<>/dev/tcp/127.0.0.1/8099"), listen_ports=(8099,))
        assert sandbox.run(run).connections == (Connection(port=8099, first_bytes=b""),)

    def test_no_other_port_and_no_other_run_answers(self, sandbox):
        run = Run(argv=("/bin/bash", "-c", self.request, "bash", "8099"), listen_ports=(8098,))
        outcome = sandbox.run(run)
        assert outcome.connections == ()
        assert outcome.exit != 0
        assert sandbox.run(Run(argv=run.argv)).exit != 0

    def test_the_harness_itself_stays_in_its_network(self, bubblewrap):
        before = Path("/proc/thread-self/ns/net").readlink()
        bubblewrap.run(Run(argv=("/bin/true",), listen_ports=(8099,)))
        assert Path("/proc/thread-self/ns/net").readlink() == before


CRASHING = """
import os, sys, threading
from pathlib import Path
from levee.platform.sandbox.port import Run
from levee.platform.sandbox.start import open_sandbox
place = {"slots": 1, "first_user": int(sys.argv[1]), "runtime": Path(sys.argv[2])}
sandbox = open_sandbox(data_folder=Path(sys.argv[3]), held_already=True, **place)
threading.Thread(target=lambda: (sys.stdin.read(1), os.kill(os.getpid(), 9))).start()
print("ready", flush=True)
sandbox.run(Run(argv=("/bin/sh", "-c", "setsid sleep 600 & sleep 600")))
"""


def test_what_a_killed_holder_leaves_is_cleared_before_the_next_run(bubblewrap, slots, tmp_path, nothing_left):
    only = Slots(first=slots.first, count=1, runtime=slots.runtime)
    words = [sys.executable, "-c", CRASHING, str(only.first), str(only.runtime), str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"ready\n"
        while not any((slots.runtime / str(only.first)).glob("w")):
            assert holder.poll() is None
        holder.stdin.write(b"x")
        holder.stdin.flush()
        holder.wait()
    for _ in range(slots.count):  # each slot in turn, for any free one may be taken
        bubblewrap.run(Run(argv=("/bin/true",)))
    with only.take() as slot:
        assert slot.processes() == frozenset()
