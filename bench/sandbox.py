"""How long a launch takes: a static program, Python and Node, bare and in the sandbox; one line of JSON.

Usage: script/bench sandbox [RUNS]. Needs root. Times in milliseconds, median and 95th percentile. Beside each sandboxed
figure stands the bare one of the same program, taken in turns with it, so that a busy machine weighs on both.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.sandbox.elf import program
from levee.platform.sandbox.port import Run
from levee.platform.sandbox.start import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.platform.sandbox.port import Sandbox

PROGRAMS = {
    "static": ("/w/static",),
    "static, own network": ("/w/static",),
    "static, programs watched": ("/w/static",),
    "python": ("/usr/bin/python3", "-S", "-E", "-c", "0"),
    "node": ("/usr/bin/node", "-e", "0"),
}


def main() -> None:
    """Take the figures and print them."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        sandbox = open_sandbox(data_folder=Path(folder))
        static = Path(folder) / "static"
        static.write_bytes(program([]))
        static.chmod(0o755)
        figures = {name: figure(name, words, static, sandbox, runs) for name, words in PROGRAMS.items() if there(words)}
    print(json.dumps({"bench": "sandbox", "runs": runs, "load": os.getloadavg()[0], "milliseconds": figures}))


def there(words: tuple[str, ...]) -> bool:
    """Whether the host has the program."""
    return words[0].startswith("/w/") or shutil.which(words[0]) is not None


def figure(name: str, words: tuple[str, ...], static: Path, sandbox: Sandbox, runs: int) -> dict[str, float]:
    """Median and 95th percentile of both ways, in turns."""
    ports = (8099,) if "network" in name else ()
    run = Run(
        argv=words,
        files={"static": static.read_bytes()},
        executable_work=True,
        listen_ports=ports,
        watch_programs="watched" in name,
    )
    outside = [str(static) if words[0].startswith("/w/") else words[0], *words[1:]]
    bare, inside = [], []
    for _ in range(runs):
        bare.append(timed(lambda: subprocess.run(outside, check=True)))
        inside.append(timed(lambda: sandbox.run(run)))
    return {
        "bare p50": percentile(bare, 0.5),
        "bare p95": percentile(bare, 0.95),
        "sandbox p50": percentile(inside, 0.5),
        "sandbox p95": percentile(inside, 0.95),
    }


def timed(act: Callable[[], object]) -> float:
    """How long an act takes, in milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 1)


if __name__ == "__main__":
    main()
