"""Whether generated tasks can be solved, and what an agent without a model gets of them; run as `script/bench packs`.

*kinds* says of each kind how many tasks were made, how many its own program solves in the sandbox from the files alone,
and how many are solved by looking for flags. *other* is how many are solved by what solves another task of their kind,
which must be none. *milliseconds* is the time to make a task, at the median.

Needs root, for the sandbox. Prints one JSON line.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from levee.frontier.packs.floor import guesses
from levee.frontier.packs.generating import generate
from levee.frontier.packs.judging import judge
from levee.frontier.packs.kinds.table import KINDS
from levee.frontier.packs.types import Task
from levee.platform.sandbox.port import Limits, Run, Sandbox
from levee.platform.sandbox.start import open_sandbox


def main(words: Sequence[str]) -> None:
    """Make and solve them; how many of each kind may be given."""
    each = int(words[0]) if words else 20
    told, spent, others = {}, [], 0
    with tempfile.TemporaryDirectory() as folder:
        sandbox = open_sandbox(data_folder=Path(folder))
        for kind in KINDS:
            solved = by_grep = 0
            before: tuple[str, Mapping[str, bytes]] = ("", {})
            for number in range(each):
                began = time.perf_counter()
                task = generate(kind, f"bench {number:026}".encode())
                spent.append(time.perf_counter() - began)
                others += judge(task, *before, sandbox)
                before = worked_on(task, sandbox)
                solved += judge(task, *before, sandbox)
                by_grep += task.check.flag in guesses(task.prompt, task.files)
            told[kind] = {"tasks": each, "solved": solved, "by_grep": by_grep}
    print(json.dumps({"kinds": told, "other": others, "milliseconds": round(1000 * statistics.median(spent), 1)}))


def worked_on(task: Task, sandbox: Sandbox) -> tuple[str, Mapping[str, bytes]]:
    """What the program of its kind hands in, and the files it leaves."""
    outcome = sandbox.run(
        Run(
            argv=("/bin/sh", "-c", KINDS[task.kind].command),
            files=task.files,
            executable_work=True,
            collect=task.check.taken,
            limits=Limits(cpu_seconds=60, wall_seconds=120),
        )
    )
    lines = outcome.stdout.decode().strip().splitlines()
    return (lines[-1] if lines else ""), outcome.files


if __name__ == "__main__":
    main(sys.argv[1:])
