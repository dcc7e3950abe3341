"""`python -m levee.frontier.rehearsal NAME`: serve a scripted agent, after one line with the port.

Those that know solutions have them from `--pack FOLDER`, for generated tasks, or from `--book FILE`, which is JSON:
`[{"prompt": "…", "commands": ["…"], "answer": "…"}]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from levee.frontier.packs.reading import read
from levee.frontier.rehearsal.agents import NAMES, Solution, agent_named, book_of
from levee.frontier.rehearsal.host import serve

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> None:
    """Serve until ended."""
    given = argparse.ArgumentParser(prog="python -m levee.frontier.rehearsal")
    given.add_argument("name", choices=NAMES)
    given.add_argument("--pack", type=Path, action="append", default=[], help="a folder of the pack")
    given.add_argument("--book", type=Path, help="a file with solutions")
    given.add_argument("--pause", type=float, default=0.0, help="seconds before each answer")
    told = given.parse_args()
    asyncio.run(serve(agent_named(told.name, _book(told.pack, told.book)), _say, pause=told.pause))


def _book(pack: Sequence[Path], file: Path | None) -> list[Solution]:
    listed = json.loads(file.read_bytes()) if file else []
    solutions = [Solution(**{**each, "commands": tuple(each.get("commands", ()))}) for each in listed]
    return [*solutions, *(book_of(read(pack, whole=()).pack.tasks) if pack else ())]


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
