"""Between two commands of a model there is nothing but the bytes of its working folder."""

import os

import pytest

from levee.frontier.evaluations.desk import DISK, SHELL, Desk
from levee.platform.sandbox.start import open_sandbox
from support.users import place_of

pytestmark = [
    pytest.mark.xdist_group("evaluations"),  # they share host users with the evaluations of the tests
    pytest.mark.skipif(os.geteuid() != 0, reason="the sandbox needs root"),
]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    return open_sandbox(data_folder=tmp_path_factory.mktemp("data"), **place_of("evaluations"))


@pytest.fixture
def desk(sandbox):
    return Desk(sandbox, {"a/note": b"of the task", "program": b"#!/bin/sh\necho ran\n"}, seconds=10)


def shell(desk, command):
    return desk.run((*SHELL, command))


def test_files_stay_and_processes_and_other_places_do_not(desk):
    shell(desk, "cat a/note >b; echo x >/tmp/x; sleep 100 >/dev/null 2>&1 & mkdir -p c/d; echo y >c/d/e; rm program")
    came = shell(desk, "cat b c/d/e; ls /tmp; ls /proc | grep -c '^[0-9]'; ls")
    assert came.stdout.splitlines() == ["of the tasky", "4", "a", "b", "c"]
    assert set(desk.files) == {"a/note", "b", "c/d/e"}


def test_programs_of_the_folder_can_be_run(desk):
    assert shell(desk, "./program").stdout == "ran\n"


def test_links_are_not_followed_by_the_harness_and_end_with_their_command(desk):
    assert shell(desk, "ln -s /etc/shadow s; ln -s / root; ln a/note hard; mkfifo pipe; ls -d s root").exit == 0
    assert set(desk.files) == {"a/note", "program", "hard"}
    assert shell(desk, "ls s root pipe").exit != 0


def test_a_file_by_any_name_stays_in_the_folder(desk):
    shell(desk, r"""touch -- '-rf' '..x' $'new\nline' 'a/../b c' $'\xff'; mkdir -p 'q/...'; echo 1 >'q/.../z'""")
    before = set(desk.files)
    assert {"-rf", "..x", "new\nline", "b c", "q/.../z"} <= before
    shell(desk, "true")
    assert set(desk.files) == before


def test_a_folder_that_could_not_be_laid_out_again_stays_as_it_was(desk):
    before = dict(desk.files)
    for command in (
        f"head -c {DISK * 7 // 8} /dev/zero >big",
        "head -c 20000000 /dev/zero >f; for n in 1 2 3 4; do ln f f$n; done",
        "for n in $(seq 3500); do : >n$n; done",
    ):
        assert "as it was before" in shell(desk, command).stderr
        assert desk.files == before


def test_folders_deeper_than_a_path_can_say_end_nothing(desk):
    deep = "import os\nfor _ in range(20): os.mkdir('x' * 250); os.chdir('x' * 250)\nopen('last', 'w').close()"
    assert "working folder is full" in desk.run(("python3", "-c", deep)).stderr
    came = shell(desk, "cat a/note")
    assert (came.exit, came.stdout) == (0, "of the task")


def test_files_that_do_not_fit_are_told_to_the_run_that_brings_them(sandbox):
    came = shell(Desk(sandbox, {f"n{number}": b"" for number in range(5000)}, seconds=5), "true")
    assert came.exit == 126
    assert "do not fit" in came.stderr


def test_what_uses_too_much_is_ended_and_told(sandbox):
    desk = Desk(sandbox, {}, seconds=1)
    assert "too long" in shell(desk, "sleep 30").stderr
    came = shell(desk, "yes")
    assert "more than is shown" in came.stderr
    assert came.exit != 0
    assert "working folder is full" in shell(desk, "cat /dev/zero >f").stderr


def test_nothing_that_a_command_sees_says_where_the_evaluation_is(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = shell(desk, "env; cat /proc/[0-9]*/environ; ls -l /proc/[0-9]*/cwd /proc/[0-9]*/root").stdout
    assert "HOME=/w" in seen
    assert str(tmp_path) not in seen


def test_words_that_no_program_can_be_given_are_an_answer_and_no_failure(desk):
    assert shell(desk, "echo \0").exit == 126
    assert shell(desk, f": {'x' * 200_000}").exit == 126
    assert shell(desk, f": {'x' * 90_000}").exit == 0
    assert desk.run(("no such program",)).exit == 127
