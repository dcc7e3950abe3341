"""Packs by command, and packs of tasks that others wrote."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from levee.cli.frontier import app
from levee.frontier.packs.importing.intercode import read_intercode
from levee.frontier.packs.kinds.table import KINDS
from levee.frontier.packs.reading import read
from levee.frontier.packs.types import Part
from levee.kernel.errors import BadInput, LeveeError, NotFound

TASKS = [
    {
        "task_id": 3,
        "query": "Look at the file.",
        "gold": "ctf{in_the_clear}",
        "source": "a site",
        "tags": ["Forensics"],
    },
    {"task_id": 4, "query": "What is synt{ebg}?", "gold": "flag{rot}", "hint": "Caesar", "license": "CC-BY-4.0"},
    {"task_id": 5, "query": "Connect with nc server.example 4000", "gold": "ctf{far}"},
    {"task_id": 6, "query": "Open http://server.example/", "gold": "ctf{page}"},
    {"task_id": 7, "query": "Unpack it.", "gold": "ctf{unpacked}", "setup": "wget http://server.example/x"},
    {"task_id": 8, "query": "Read the digits.", "gold": "ctf{hard}"},
]
ALL = {"name": "old", "version": "2", "licence": "MIT", "source": "https://example.org/ctf"}


@pytest.fixture
def assets(tmp_path):
    (tmp_path / "assets" / "3" / "solution").mkdir(parents=True)
    (tmp_path / "assets" / "3" / "note.txt").write_text("here: ctf{in_the_clear}")
    (tmp_path / "assets" / "3" / "solution" / "README.md").write_text("how it is solved")
    return tmp_path / "assets"


def run(*words):
    answer = CliRunner().invoke(app, ["pack", *map(str, words)])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_a_pack_is_made_read_and_checked_by_command(tmp_path):
    made = json.loads(
        run("make", "--public", tmp_path / "open", "--sealed", tmp_path / "kept", "--each", 3, "--shown", 1, "--json")
    )
    assert made["tasks"] == 3 * len(KINDS)
    told = json.loads(run("check", tmp_path / "open", tmp_path / "kept", "--digest", made["digest"], "--json"))
    assert told["parts"] == {
        "public": {"here": len(KINDS), "committed": len(KINDS)},
        "sealed": {"here": 2 * len(KINDS), "committed": 2 * len(KINDS)},
    }
    assert told["floor"] == {kind: {"tasks": 3, "solved": 0} for kind in sorted(KINDS)}
    assert f"sealed: 0 of {2 * len(KINDS)} tasks are here" in run("read", tmp_path / "open")
    tasks = read([tmp_path / "open", tmp_path / "kept"]).pack.tasks
    assert [each.part for each in tasks] == [Part.SEALED] * 2 * len(KINDS) + [Part.PUBLIC] * len(KINDS)


def test_the_sealed_part_can_be_asked_to_be_whole(tmp_path):
    run("make", "--public", tmp_path / "open", "--sealed", tmp_path / "kept", "--each", 1, "--kind", "web-session")
    run("check", tmp_path / "open")
    with pytest.raises(BadInput, match="a task of the pack is missing"):
        run("check", tmp_path / "open", "--whole", "sealed")
    assert "0 (0.0%)" in run("check", tmp_path / "open", tmp_path / "kept", "--whole", "sealed")


def test_two_packs_are_never_the_same(tmp_path):
    once, again = (run("make", "--public", tmp_path / each, "--each", 1, "--shown", 1) for each in ("a", "b"))
    assert once.splitlines()[0] != again.splitlines()[0]


def test_sealed_tasks_are_not_made_without_a_place_to_keep_them(tmp_path):
    with pytest.raises(BadInput, match="a folder of their own"):
        run("make", "--public", tmp_path / "open")
    assert not (tmp_path / "open").exists()


def test_a_task_is_read_without_its_answer(tmp_path):
    run("make", "--public", tmp_path / "open", "--each", 1, "--shown", 1, "--kind", "forensics-dns")
    (task,) = read([tmp_path / "open"]).pack.tasks
    for words in ((), ("--json",)):
        told = run("read", tmp_path / "open", "--task", task.name, *words)
        assert "dns.log" in told
        assert task.check.flag not in told
    with pytest.raises(NotFound):
        run("read", tmp_path / "open", "--task", "none")


def test_a_changed_pack_fails_the_check(tmp_path):
    run("make", "--public", tmp_path / "open", "--each", 1, "--shown", 1, "--kind", "forensics-dns")
    path = tmp_path / "open" / "public" / "0000.json"
    path.write_bytes(path.read_bytes().replace(b"flag{", b"flag["))
    with pytest.raises(LeveeError, match=r"public/0000\.json \(forensics-dns-"):
        run("check", tmp_path / "open")


def test_tasks_of_others_are_imported_without_what_cannot_run(assets, tmp_path):
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps(TASKS))
    words = ("--name", "old", "--version", "2", "--licence", "MIT", "--source", "https://example.org/ctf")
    told = json.loads(run("import", file, "--files", assets, "--public", tmp_path / "open", *words, "--json"))
    assert told["tasks"] == 3
    assert told["left_out"] == {
        "old-005": "it needs a network",
        "old-006": "it needs a network",
        "old-007": "it needs a command that is run first",
    }
    pack = read([tmp_path / "open"], digest=told["digest"]).pack
    assert (pack.licence, pack.source) == ("MIT AND CC-BY-4.0", "https://example.org/ctf")
    assert [(each.name, each.kind, each.check.flag) for each in pack.tasks] == [
        ("old-003", "Forensics", "ctf{in_the_clear}"),
        ("old-004", "capture-the-flag", "flag{rot}"),
        ("old-008", "capture-the-flag", "ctf{hard}"),
    ]
    assert "Hint: Caesar" in pack.tasks[1].prompt
    checked = json.loads(run("check", tmp_path / "open", "--json"))
    assert checked["floor"] == {
        "Forensics": {"tasks": 1, "solved": 1},
        "capture-the-flag": {"tasks": 2, "solved": 1},
    }


def test_solutions_are_not_among_the_files_of_a_task(assets):
    pack = read_intercode(json.dumps(TASKS).encode(), assets, **ALL).pack
    assert set(pack.tasks[0].files) == {"note.txt"}
    assert all(each.part is Part.PUBLIC for each in pack.tasks)


def test_a_link_among_the_files_is_refused(assets):
    (assets / "3" / "key").symlink_to("/etc/hostname")
    with pytest.raises(BadInput, match="no regular file"):
        read_intercode(json.dumps(TASKS).encode(), assets, **ALL)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, "/"),
        (["x"], "/0"),
        ([{"task_id": "../../etc", "query": "", "gold": "x"}], "/0/task_id"),
        ([{"task_id": True, "query": "q", "gold": "x"}], "/0/task_id"),
        ([{"task_id": 1, "query": 7, "gold": "x"}], "/0/query"),
        ([{"task_id": 1, "query": "q"}], "/0/gold"),
        ([{"task_id": 1, "query": "q", "gold": "x", "tags": "web"}], "/0/tags"),
        (TASKS[2:4], "/"),
        ([], "/"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_by_its_field(assets, given, place):
    with pytest.raises(BadInput) as refused:
        read_intercode(json.dumps(given).encode(), assets, **ALL)
    assert refused.value.place == place
