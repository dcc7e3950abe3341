"""What a newcomer waits for on one machine, and its memory; run as `python bench/local_operator.py [FOLDER]`.

`levee operator` in an empty folder: set up, news of flaws loaded from a folder (the worlds' own where none is given),
the bank's inventory taken in. Prints one JSON line: seconds of each command, `first_list` from the empty folder to the
first list, `again` for a later look at it, and `peak_mb`, the largest sum over all processes of the house at a time of
their proportional share of memory (PSS), with `peak_rss_mb` beside it, which counts shared pages in each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from _house import fresh_folder

sys.path.insert(0, str(Path(__file__).parents[1]))
from samples import worlds
from samples.worlds.files import cyclonedx

LOOK_SECONDS = 0.1


class Memory:
    """Watches every process that has this house's folder in its environment or command."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pss, self.rss = str(folder).encode(), 0, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            shares = [held(process) for process in Path("/proc").glob("[0-9]*") if self._ours(process)]
            self.pss = max(self.pss, sum(pss for pss, _ in shares))
            self.rss = max(self.rss, sum(rss for _, rss in shares))

    def _ours(self, process: Path) -> bool:
        if process.name == str(os.getpid()):
            return False
        try:
            return self.folder in (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            return False


def held(process: Path) -> tuple[int, int]:
    """Kilobytes that a process holds: proportional, and resident; nothing where it ended."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return found.get("Pss", 0), found.get("Rss", 0)


def main(advisories: Path | None) -> None:
    """Go a newcomer's way once."""
    with fresh_folder() as folder, tempfile.TemporaryDirectory() as given, Memory(folder) as memory:
        if advisories is None:
            advisories = Path(given) / "advisories"
            worlds.write_advisories(advisories)
        inventory = Path(given) / "bank.cdx.json"
        inventory.write_text(cyclonedx(worlds.bank(1)))
        figures = {
            "init": timed("init", "--name", "Quillbrook Community Bank"),
            "pull": timed("pull", "--from", advisories),
            "confirm": timed("confirm", inventory),
        }
        figures["first_list"] = sum(figures.values())
        figures["again"] = timed("list")
        figures["brief"] = timed("brief")
    figures = {name: round(value, 1) for name, value in figures.items()}
    print(json.dumps(figures | {"peak_mb": memory.pss // 1024, "peak_rss_mb": memory.rss // 1024}))


def timed(*words: object) -> float:
    """Seconds that a command takes."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "levee.cli", "operator", *map(str, words)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
