from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tools.rules import python, template, words
from tools.rules.breach import Breach, not_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = PurePosixPath("src")
FOREIGN = PurePosixPath("tests/unit/house")  # its texts break the rules on purpose


def committed(*paths: str) -> list[PurePosixPath]:
    """The files that are, or are about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [PurePosixPath(name) for name in listed.stdout.split("\0") if name]


def breaches(path: PurePosixPath) -> Iterator[Breach]:
    """What one file breaks; files that are no text break nothing."""
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return
    found = list(words.breaches(text))
    if path.is_relative_to(SOURCES / "levee"):
        if path.suffix == ".py":
            found += python.breaches(path.relative_to(SOURCES), text)
        elif path.suffix == ".html":
            found += template.breaches(text)
    yield from not_allowed(sorted(found), text)


def main(*paths: str) -> int:
    """Prints every breach; 1 where there is one."""
    total = 0
    for path in committed(*paths):
        if path.is_relative_to(FOREIGN):
            continue
        for breach in breaches(path):
            total += 1
            print(f"{path}:{breach.line}: {breach.rule}: {breach.message}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
