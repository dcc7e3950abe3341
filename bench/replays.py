"""How fast proofs are replayed in the sandbox: one run of a JavaScript, a Python and a C proof; one line of JSON.

Usage: script/bench replays [RUNS]. Needs root and a C compiler. Median and 95th percentile of one replay in
milliseconds, and replays an hour with two at a time; targets are small programs of this file's own.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import os
import secrets
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.sandbox.start import open_sandbox
from levee.validation.engine.build import Builder, drivers_folder, manifest_of, source_target
from levee.validation.engine.calls import CallsBench, Purpose
from levee.validation.engine.manifest import FILE
from levee.validation.engine.memory import run_program
from levee.validation.engine.proof import parse_proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.platform.sandbox.port import Sandbox
    from levee.validation.engine.proof import Proof
    from levee.validation.engine.targets import FetchedTarget

SET = "module.exports.set = (to, key, name, value) => { to[key][name] = value; };"
RUN = "import subprocess\ndef run(words):\n    return subprocess.call(words)\n"
COPY = """#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char *held = malloc(8), text[64];
    size_t size = fread(text, 1, sizeof text, stdin);
    for (size_t at = 0; at < size; at += 1) held[at] = text[at];
    return held[0] == 1;
}
"""
PROOFS: dict[str, dict[str, object]] = {
    "javascript": {
        "kind": "prototype_pollution",
        "language": "javascript",
        "steps": [{"call": "sample:set", "args": [{}, "__proto__", "{{K}}", "{{V}}"]}],
        "benign": [{"call": "sample:set", "args": [{"a": {}}, "a", "b", "c"]}],
    },
    "python": {
        "kind": "command",
        "language": "python",
        "steps": [{"call": "sample:run", "args": [["{{CANARY}}", "{{TOKEN}}"]]}],
        "benign": [{"call": "sample:run", "args": [["true"]]}],
    },
}


def main() -> None:
    """Take the figures and print them."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory(prefix="levee-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sandbox = open_sandbox(data_folder=folder / "data")
        replays = {**calls(sandbox, folder), "c": memory(sandbox, folder)}
        figures = {language: figure(replay, runs) for language, replay in replays.items()}
    print(json.dumps({"bench": "replays", "runs": runs, "load": os.getloadavg()[0], "figures": figures}))


def packed(manifest: dict[str, object], files: dict[str, str]) -> FetchedTarget:
    """A source target."""
    document = {"levee": "target/1", "name": "sample", "version": "1.0", **manifest}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, text in {**files, FILE: json.dumps(document)}.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return source_target("folder:sample", made.getvalue())


def calls(sandbox: Sandbox, folder: Path) -> dict[str, Callable[[], bool]]:
    """One replay of a proof of calls, by language; each tells whether the effect could show."""
    drivers = drivers_folder(folder / "drivers")
    builder = Builder(sandbox=sandbox, folder=folder / "builds", drivers=drivers)
    bench = CallsBench(sandbox=sandbox, random=secrets.token_bytes, drivers=drivers)
    replays: dict[str, Callable[[], bool]] = {}
    for language, files in (("javascript", {"index.js": SET}), ("python", {"sample.py": RUN})):
        tree = builder.build(packed({"language": language}, files)).tree
        proof = parse_proof(json.dumps({"levee": "proof/1", "form": "calls", **PROOFS[language]}).encode())
        replays[language] = functools.partial(_made, bench, proof, tree)
    return replays


def _made(bench: CallsBench, proof: Proof, tree: Path) -> bool:
    return bench.make(proof, tree, Purpose()).seen.done


def memory(sandbox: Sandbox, folder: Path) -> Callable[[], bool]:
    """One replay of a proof of bytes."""
    build = [["{cc}", "{sanitize}", "-o", "copy", "copy.c"]]
    target = packed({"build": build, "programs": {"copy": {"path": "copy", "control": "copy.c"}}}, {"copy.c": COPY})
    builder = Builder(sandbox=sandbox, folder=folder / "programs", drivers=drivers_folder(folder / "drivers"))
    built, manifest = builder.build(target), manifest_of(target)
    data = base64.b64decode("QUFB") * 8

    def replay() -> bool:
        assert manifest is not None
        program = manifest.programs["copy"]
        return run_program(
            program, data, via="stdin", built=built, sandbox=sandbox, random=secrets.token_bytes
        ).reported

    return replay


def figure(replay: Callable[[], bool], runs: int) -> dict[str, float]:
    """Median and 95th percentile of one after another, and the rate of two at a time."""
    assert replay()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        assert replay()
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert all(pool.map(lambda _: replay(), range(runs)))
    rate = 3600 * runs / (time.perf_counter() - start)
    return {
        "p50_ms": round(times[runs // 2], 1),
        "p95_ms": round(times[int(runs * 0.95)], 1),
        "per_hour": round(rate),
    }


if __name__ == "__main__":
    main()
