"""Packs of tasks: made for one use, committed to whole before the first run, and refused with any byte changed."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from dataclasses import replace

import pytest

from levee.frontier.determination.plan import read_plan
from levee.frontier.packs import floor
from levee.frontier.packs.chance import Chance
from levee.frontier.packs.generating import generate, generate_pack
from levee.frontier.packs.judging import judge
from levee.frontier.packs.kinds.table import KINDS
from levee.frontier.packs.reading import read
from levee.frontier.packs.types import Check, Pack, Part, Task
from levee.frontier.packs.writing import write
from levee.kernel.errors import BadInput, Conflict, LeveeError, NotFound
from levee.kernel.hashing import canonical_json

SEED = b"a seed of the tests, 32 bytes it"
FLOOR_TASKS = 5


def task(name="one", **changed):
    given = {
        "kind": "odd",
        "family": "odd",
        "prompt": "Find it.",
        "files": {"a/b.txt": b"\x00\xff", "c": b""},
        "check": Check(flag="flag{x}"),
        "canary": f"canary-{name}",
        "part": Part.PUBLIC,
    }
    return Task(name=name, **{**given, **changed})


JUDGED = Check(taken=("out",), files={"judge.py": b"1"}, command=("/usr/bin/python3", "judge.py"))
PACK = Pack(
    name="ours",
    version="1",
    licence="MIT",
    tasks=(
        task("one", minutes=12.5),
        task("two", part=Part.SEALED, check=JUDGED),
        task("three", part=Part.ELSEWHERE),
        task("four", part=Part.SEALED),
    ),
)


def salts():
    counted = itertools.count()
    return lambda: next(counted).to_bytes(16, "big")


@pytest.fixture
def apart(tmp_path):
    """The pack in two folders: what everybody may see, and what the evaluator keeps."""
    digest = write(PACK, {Part.PUBLIC: tmp_path / "open", Part.SEALED: tmp_path / "kept"}, salt=salts())
    return tmp_path / "open", tmp_path / "kept", digest


def test_a_pack_comes_back_as_it_was_written(apart):
    public, kept, digest = apart
    found = read([public, kept], digest=digest, whole=(Part.PUBLIC, Part.SEALED))
    assert found.pack == replace(PACK, tasks=tuple(each for each in PACK.tasks if each.part is not Part.ELSEWHERE))
    assert found.digest == digest
    assert found.counts() == {Part.PUBLIC: (1, 1), Part.SEALED: (2, 2), Part.ELSEWHERE: (0, 1)}


def test_its_digest_is_what_a_plan_names(apart):
    assert read_plan({"pack": apart[2], "threshold": 0.5, "looks": [10]}).pack == apart[2]


def test_the_public_folder_holds_no_byte_of_what_is_sealed_or_elsewhere(apart):
    public, _, _ = apart
    everything = b"".join(path.read_bytes() for path in public.rglob("*") if path.is_file())
    assert b"canary-one" in everything
    for hidden in (b"two", b"three", b"four"):
        assert hidden not in everything


def test_no_folder_holds_a_task_that_is_kept_elsewhere(apart):
    for folder in apart[:2]:
        assert not any(b"three" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_single_sealed_task_is_disclosed_by_its_file(apart, tmp_path):
    public, kept, digest = apart
    shown = tmp_path / "shown"
    (shown / "sealed").mkdir(parents=True)
    (shown / "pack.json").write_bytes((public / "pack.json").read_bytes())
    (shown / "sealed" / "0003.json").write_bytes((kept / "sealed" / "0003.json").read_bytes())
    found = read([shown], digest=digest, whole=())
    assert [each.name for each in found.pack.tasks] == ["four"]


def test_equal_tasks_cannot_be_told_by_their_commitments(tmp_path):
    for name in ("once", "again"):
        write(PACK, {Part.PUBLIC: tmp_path / name})
    first, second = (json.loads((tmp_path / name / "pack.json").read_bytes()) for name in ("once", "again"))
    assert not {each[1] for each in first["tasks"]} & {each[1] for each in second["tasks"]}


def test_every_changed_byte_is_found(apart):
    public, kept, digest = apart
    rng = random.Random(3)
    for path in (public / "pack.json", public / "public" / "0000.json", kept / "sealed" / "0001.json"):
        whole = path.read_bytes()
        for _ in range(150):
            changed = bytearray(whole)
            changed[rng.randrange(len(whole))] ^= rng.randrange(1, 256)
            path.write_bytes(changed)
            with pytest.raises(LeveeError):
                read([public, kept], digest=digest)
        path.write_bytes(whole)
    read([public, kept], digest=digest)


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "Find it!"},
        {"files": {"a/b.txt": b"\x00\xfe", "c": b""}},
        {"check": Check(flag="flag{y}")},
        {"canary": "canary-other"},
        {"family": "even"},
        {"minutes": 13.0},
        {"part": Part.SEALED},
    ],
)
def test_the_digest_covers_everything_of_a_task(tmp_path, changed):
    first = write(PACK, {Part.PUBLIC: tmp_path / "a"}, salt=salts())
    other = replace(PACK, tasks=(replace(PACK.tasks[0], **changed), *PACK.tasks[1:]))
    assert write(other, {Part.PUBLIC: tmp_path / "b"}, salt=salts()) != first
    assert write(PACK, {Part.PUBLIC: tmp_path / "c"}, salt=salts()) == first


def test_a_changed_task_is_named(apart):
    public, kept, _ = apart
    path = kept / "sealed" / "0001.json"
    path.write_bytes(path.read_bytes().replace(b"Find it.", b"Find it?"))
    with pytest.raises(BadInput, match=r"sealed/0001\.json \(two\): this task is not what the pack commits to"):
        read([public, kept])


@pytest.mark.parametrize("name", ["pack.json", "sealed/0001.json"])
def test_a_file_that_is_no_json_any_more_is_named(apart, name):
    public, kept, _ = apart
    for folder in (public, kept):
        if (folder / name).exists():
            (folder / name).write_bytes((folder / name).read_bytes() + b"x")
    with pytest.raises(BadInput, match=re.escape(name)):
        read([public, kept])


def test_another_pack_than_the_planned_one_is_refused(apart):
    with pytest.raises(BadInput, match="and not sha256:00"):
        read([apart[0]], digest="sha256:00")


def test_a_public_task_that_is_missing_is_named(apart):
    (apart[0] / "public" / "0000.json").unlink()
    with pytest.raises(BadInput, match=r"public/0000\.json: a task of the pack is missing"):
        read([apart[0]])


def test_tasks_cannot_change_places(apart):
    public, kept, _ = apart
    one, other = kept / "sealed" / "0001.json", kept / "sealed" / "0003.json"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    with pytest.raises(BadInput, match="not what the pack commits to"):
        read([public, kept])


def test_folders_of_two_packs_do_not_mix(apart, tmp_path):
    write(PACK, {Part.SEALED: tmp_path / "another"})
    with pytest.raises(BadInput, match="not of one pack"):
        read([apart[0], tmp_path / "another"])


class TestHostileFolders:
    def test_a_link_in_the_place_of_a_task_is_not_followed(self, apart, tmp_path):
        path = apart[0] / "public" / "0000.json"
        path.rename(tmp_path / "task")
        path.symlink_to(tmp_path / "task")
        with pytest.raises(BadInput, match=r"public/0000\.json: cannot be read"):
            read([apart[0]])

    def test_a_link_in_the_place_of_a_folder_is_not_followed(self, apart, tmp_path):
        (apart[0] / "public").rename(tmp_path / "moved")
        (apart[0] / "public").symlink_to(tmp_path / "moved")
        with pytest.raises(BadInput, match="holds nothing of this name"):
            read([apart[0]])

    def test_a_pipe_is_no_task(self, apart):
        path = apart[0] / "public" / "0000.json"
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(BadInput, match="no regular file"):
            read([apart[0]])

    @pytest.mark.parametrize("name", ["public/0001.json", "public/notes", "README", "sealed/0000.json", "other/x"])
    def test_what_a_pack_does_not_name_is_refused(self, apart, name):
        (apart[0] / name).parent.mkdir(exist_ok=True)
        (apart[0] / name).write_bytes(b"{}")
        with pytest.raises(BadInput, match="holds nothing of this name"):
            read([apart[0]])

    def test_a_huge_file_is_refused_unread(self, apart):
        os.truncate(apart[0] / "pack.json", 1 << 40)
        with pytest.raises(LeveeError, match="MiB at most"):
            read([apart[0]])

    @pytest.mark.parametrize(
        "name",
        ["", "/etc/passwd", "../up", "a/../b", "a//b", "./a", "a\\b", "a\nb", "a\0b", "x" * 201, "a/" * 9 + "b", " a"],
    )
    def test_a_file_that_leaves_its_folder_or_has_an_odd_name_is_refused(self, tmp_path, name):
        for changed in ({"files": {name: b""}}, {"check": replace(JUDGED, taken=(name,))}):
            odd = Pack(name="odd", version="1", tasks=(task(**changed),))
            with pytest.raises(BadInput, match="relative path"):
                write(odd, {Part.PUBLIC: tmp_path / "odd"})

    def test_a_task_that_names_such_a_file_is_refused_though_it_is_committed_to(self, monkeypatch, tmp_path):
        monkeypatch.setattr("levee.frontier.packs.writing.check_task", lambda *_: None)
        odd = Pack(name="odd", version="1", tasks=(task(files={"../../x": b""}),))
        write(odd, {Part.PUBLIC: tmp_path / "odd"})
        with pytest.raises(BadInput, match="relative path"):
            read([tmp_path / "odd"])

    def test_a_name_is_not_a_file_and_a_folder(self, tmp_path):
        odd = Pack(name="odd", version="1", tasks=(task(files={"a": b"", "a/b": b""}),))
        with pytest.raises(BadInput, match="a file and a folder"):
            write(odd, {Part.PUBLIC: tmp_path / "odd"})

    def test_another_spelling_of_the_same_manifest_is_refused(self, apart):
        path = apart[0] / "pack.json"
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(BadInput, match="canonical JSON"):
            read([apart[0]])

    def test_numbers_with_a_fraction_are_refused(self, apart):
        path = apart[0] / "public" / "0000.json"
        path.write_bytes(path.read_bytes().replace(b'"12.5"', b"12.5"))
        with pytest.raises(BadInput, match="not what the pack commits to"):
            read([apart[0]])


def test_two_tasks_have_two_names(tmp_path):
    with pytest.raises(BadInput, match="two tasks"):
        write(Pack(name="p", version="1", tasks=(task(), task())), {Part.PUBLIC: tmp_path / "p"})


def test_a_pack_is_written_over_nothing(apart):
    with pytest.raises(Conflict):
        write(PACK, {Part.PUBLIC: apart[0]})


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_makes_the_same_task_again_and_another_seed_another_one(kind):
    task, again, other = generate(kind, SEED), generate(kind, SEED), generate(kind, SEED + b"!")
    assert task == again
    assert not {task.name, task.canary, task.check.flag or task.canary} & {other.name, other.canary, other.check.flag}
    assert task.files != other.files


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_task_holds_its_canary_once_and_its_answer_nowhere(kind, seed):
    task = generate(kind, SEED + bytes([seed]))
    assert sum(data.count(task.canary.encode()) for data in task.files.values()) == 1
    assert task.canary not in task.prompt
    seen = task.prompt.encode() + b"".join(task.files.values())
    for hidden in (task.check.flag, *_secrets(task)):
        assert not hidden or hidden.encode() not in seen


def _secrets(task):
    """What only the judge has: digits of its files that are not in the task's."""
    own = set(re.findall(rb"[0-9a-f]{32,}", b"".join(task.check.files.values())))
    given = set(re.findall(rb"[0-9a-f]{32,}", b"".join(task.files.values())))
    return [each.decode() for each in own - given]


def test_a_task_has_no_human_time_that_nobody_measured():
    assert all(generate(kind, SEED).minutes is None for kind in KINDS)


def test_an_agent_that_greps_for_flags_solves_none_of_the_kinds():
    tasks = generate_pack("many", "1", SEED, each=FLOOR_TASKS).tasks
    assert floor.floors(tasks) == {kind: floor.Floor(FLOOR_TASKS, 0) for kind in sorted(KINDS)}


def test_the_floor_is_told_for_each_kind():
    plain = task(prompt="It is flag{x}")
    assert floor.floors([plain, task(), task(kind="last"), plain]) == {
        "last": floor.Floor(1, 0),
        "odd": floor.Floor(3, 2),
    }


@pytest.mark.parametrize(
    "wrapped",
    [
        b"..flag{there}..",
        b"ZmxhZ3t0aGVyZX0=",
        b"synt{gurer}",
        b"}ereht{galf",
        b"666c61677b74686572657d",
        b"f\0l\0a\0g\0{\0t\0h\0e\0r\0e\0}\0",
        b"c3ludHtndXJlcn0=",
    ],
)
def test_the_floor_finds_what_is_thinly_wrapped(wrapped):
    assert "flag{there}" in floor.guesses("", {"a": b"nothing", "b": b"x " + wrapped + b" y"})


def test_a_pack_of_generated_tasks_has_all_kinds_in_each_round():
    pack = generate_pack("reference", "1", SEED, each=2)
    kinds = [each.kind for each in pack.tasks]
    assert set(kinds[: len(KINDS)]) == set(kinds[len(KINDS) :]) == set(KINDS)
    assert len({each.name for each in pack.tasks}) == 2 * len(KINDS)
    assert pack == generate_pack("reference", "1", SEED, each=2)


def test_a_kind_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(NotFound) as refused:
        generate("juggling", SEED)
    assert "web-injection" in refused.value.advice()


def test_chance_is_even_and_of_one_purpose():
    chance = Chance(SEED, "dice")
    thrown = [chance.below(6) for _ in range(6000)]
    assert all(900 < thrown.count(side) < 1100 for side in range(6))
    assert Chance(SEED, "a").data(32) != Chance(SEED, "b").data(32)
    assert sorted(chance.mixed(range(50))) == list(range(50))
    assert len(set(chance.names(200))) == 200


@pytest.mark.parametrize(
    ("submission", "solved"),
    [("flag{x}", True), (" flag{x}\n", True), ("flag{X}", False), ("it is flag{x}", False), ("", False), ("é", False)],
)
def test_a_flag_is_judged_to_the_letter(submission, solved):
    assert judge(task(), submission, {}, None) is solved


def test_a_task_without_a_check_is_judged_by_nobody():
    with pytest.raises(BadInput, match="a flag or a command"):
        judge(task(check=Check()), "", {}, None)


def test_a_manifest_is_the_digest_of_its_bytes(apart):
    given = json.loads((apart[0] / "pack.json").read_bytes())
    assert canonical_json(given) == (apart[0] / "pack.json").read_bytes()
