"""`python -m levee.frontier.rehearsal NAME [BOOK]`: serve a scripted agent, after one line with the port.

BOOK is a JSON file, `[{"prompt": "…", "commands": ["…"], "answer": "…"}]`, for those agents that know solutions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from levee.frontier.rehearsal.agents import NAMES, Solution, agent_named
from levee.frontier.rehearsal.host import serve


def main() -> None:
    """Serve until ended."""
    given = argparse.ArgumentParser(prog="python -m levee.frontier.rehearsal")
    given.add_argument("name", choices=NAMES)
    given.add_argument("book", type=Path, nargs="?")
    given.add_argument("--pause", type=float, default=0.0, help="seconds before each answer")
    told = given.parse_args()
    listed = json.loads(told.book.read_bytes()) if told.book else []
    book = [Solution(**{**each, "commands": tuple(each.get("commands", ()))}) for each in listed]
    asyncio.run(serve(agent_named(told.name, book), _say, pause=told.pause))


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
