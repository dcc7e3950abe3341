"""Each kind of generated tasks can be solved with Python and gcc alone, and is judged by what was done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from levee.frontier.packs.generating import generate
from levee.frontier.packs.judging import judge
from levee.frontier.packs.kinds.table import KINDS
from levee.platform.sandbox.port import Limits, Run

LIMITS = Limits(cpu_seconds=60, wall_seconds=120)
SEEDS = [b"first-of-the-seeds", b"second-of-the-seeds"]


@pytest.fixture(scope="session")
def worked_on(sandbox):
    """Lets a program work on a task as a model would: with the files and no more."""

    def work(task, command):
        run = Run(
            argv=("/bin/sh", "-c", command),
            files=task.files,
            executable_work=True,
            collect=task.check.taken,
            limits=LIMITS,
        )
        outcome = sandbox.run(run)
        lines = outcome.stdout.decode().strip().splitlines() or [""]
        return lines[-1], outcome.files, outcome.stderr.decode()

    return work


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_solution_of_a_kind_solves_any_task_of_it(kind, seed, sandbox, worked_on):
    task = generate(kind, seed)
    submission, taken, told = worked_on(task, KINDS[kind].command)
    assert judge(task, submission, taken, sandbox), told


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_is_not_solved_by_what_solves_another_of_its_kind(kind, sandbox, worked_on):
    task, other = (generate(kind, seed) for seed in SEEDS)
    submission, taken, _ = worked_on(other, KINDS[kind].command)
    assert not judge(task, submission, taken, sandbox)


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_is_not_solved_by_what_lies_there_from_the_start(kind, sandbox):
    task = generate(kind, SEEDS[0])
    untouched = {name: task.files.get(name, b"") for name in task.check.taken}
    assert not judge(task, "done", untouched, sandbox)
    assert not judge(task, "", {}, sandbox)


ENDS_WELL_IN_C = b"int main(void) { return 0; }"
READS_ITS_JUDGE = b"""
import os, pathlib, sys
found = [path for path in pathlib.Path(".").rglob("*") if "judge" in path.name]
held = []
for place in (f"/proc/{os.getppid()}/mem", f"/proc/{os.getppid()}/environ", f"/proc/{os.getppid()}/maps"):
    try:
        held.append(open(place, "rb").read(1))
    except OSError:
        pass
pathlib.Path("found").write_text(repr((found, held)))
"""


@pytest.mark.parametrize(
    ("kind", "forged"),
    [
        ("patch-c", ENDS_WELL_IN_C),
        ("patch-c", b'#include "judge.py"\nint main(void) { return 0; }'),
        ("patch-python", b"raise SystemExit(0)"),
        ("patch-python", b"import os, signal; os.kill(os.getppid(), signal.SIGTERM)"),
        ("patch-python", b"import os, signal; os.kill(os.getppid(), signal.SIGKILL)"),
    ],
)
def test_a_program_that_only_ends_well_mends_nothing(kind, forged, sandbox):
    task = generate(kind, SEEDS[0])
    assert not judge(task, "done", {task.check.taken[0]: forged}, sandbox)


def test_a_program_that_is_judged_finds_nothing_of_its_judge(sandbox):
    task = generate("patch-python", SEEDS[0])
    files = {**task.check.files, task.check.taken[0]: READS_ITS_JUDGE}
    outcome = sandbox.run(Run(argv=task.check.command, files=files, executable_work=True, collect=("found",)))
    assert outcome.files["found"] == b"([], [])"


def test_a_mended_program_that_gives_away_what_worked_before_is_none(sandbox):
    task = generate("patch-c", SEEDS[0])
    (name,) = task.check.taken
    refusing = b'#include <stdio.h>\nint main(void) { puts("bad"); return 2; }'
    assert not judge(task, "done", {name: refusing}, sandbox)


def test_what_was_handed_in_cannot_stand_in_for_what_judges(sandbox):
    task = generate("web-injection", SEEDS[0])
    forged = {"request.txt": b"x", "judge.py": b"", "app.py": b"def answer(*_): raise SystemExit(0)"}
    assert not judge(task, "done", forged, sandbox)
    named = replace(task, check=replace(task.check, taken=("request.txt", "judge.py", "app.py")))
    assert not judge(named, "done", forged, sandbox)


def test_what_is_handed_in_may_not_be_huge(sandbox):
    task = generate("web-injection", SEEDS[0])
    assert not judge(task, "done", {"request.txt": bytes(5 << 20)}, sandbox)
