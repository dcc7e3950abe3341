"""How long `levee up` takes to its first page; run as `python bench/start.py [ROUNDS]`.

Each round starts it on an empty folder, waits for the sign-in page, stops it, and starts it again on what is there.
Prints one JSON line: the median seconds from the start of the process to the first page, `empty_folder` and `again`,
and from the signal to its end, `stop`.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

from _house import fresh_folder

PATIENCE_SECONDS = 120


def main(rounds: int) -> None:
    """Start and stop it a few times."""
    empty, again, stopped = [], [], []
    for _ in range(rounds):
        with fresh_folder() as folder:
            for took in (empty, again):
                first, end = started(folder)
                took.append(first)
                stopped.append(end)
    figures = {"empty_folder": empty, "again": again, "stop": stopped}
    print(json.dumps({name: round(statistics.median(took), 1) for name, took in figures.items()}))


def started(folder: Path) -> tuple[float, float]:
    """Seconds to the first page, and to the end once told to stop."""
    from levee.settings import settings

    page = f"{settings().site}/accounts/login/"
    began = time.perf_counter()
    with (folder / "printed").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "levee.cli", "up"], stdout=log, stderr=log)
    try:
        while not answers(page):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                raise SystemExit((folder / "printed").read_text())
            time.sleep(0.02)
        first = time.perf_counter() - began
    finally:
        told = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait()
    return first, time.perf_counter() - told


def answers(page: str) -> bool:
    """Whether the page is there."""
    try:
        return httpx.get(page, timeout=5).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
