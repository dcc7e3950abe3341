"""What an evaluation costs and whether it ends when it must; run as `script/bench evaluations [EACH]`, as root.

*first* is how long after the order the first run begins, in seconds, the median of five. *runs* is a made pack with
EACH tasks of every kind, run by the solver: how many it solved, and seconds a run after the first began; *floor* is
how many the floor agent solved. *escapes* counts the ways out that held, got somewhere, or cannot be tried. *withdrawn*
is how long after a withdrawal was on the gateway's disk the worker and all below it were gone, the longest of five.
*rss_mb* is the worker's memory at its most.

Prints one JSON line. The agents are scripts: no figure here is of a model.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from gateway import CLIENT, DIGEST, free_port, prepared, token_of, wait_for
from levee.frontier.determination.plan import Plan
from levee.frontier.evaluations.folder import Folder
from levee.frontier.evaluations.ordering import about
from levee.frontier.evaluations.starting import evaluate
from levee.frontier.evaluations.types import Order, Settings, Slots
from levee.frontier.gateway.store import Store
from levee.frontier.packs.generating import generate_pack
from levee.frontier.packs.types import Part
from levee.frontier.packs.writing import write
from levee.frontier.rehearsal.escapes import report
from levee.frontier.statements import Scope

SEED = b"of the measurement of evaluations"
USERS, RUNTIME = 64900, "/run/levee-bench-evaluations"
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A gateway in front of a scripted agent."""

    folder: Path
    port: int
    pack: Path


def main(words: Sequence[str]) -> None:
    """Measure everything."""
    each = int(words[0]) if words else 10
    with tempfile.TemporaryDirectory(prefix="levee-bench-") as name:
        folder = Path(name)
        pack = generate_pack("bench", "1", SEED, each=each)
        digest = write(pack, {Part.SEALED: folder / "pack"})
        whole = Plan(pack=digest, threshold=0.5, looks=(max(10, len(pack.tasks)),))
        with behind(folder, "solver") as bench:
            found = solved(bench, whole)
        with behind(folder, "floor") as bench:
            floor = ended(bench, whole)
        with behind(folder, "prober") as bench:
            escapes = probed(bench, whole)
        with behind(folder, "solver", pause=0.2) as bench:
            rounds = [withdrawn(bench, whole, number) for number in range(ROUNDS)]
    starts = [began for began, _ in rounds]
    last = max(gone for _, gone in rounds)
    told = {"first": round(median(starts), 1), **found, "floor": sum(floor), "escapes": escapes}
    print(json.dumps({**told, "withdrawn": round(last, 2)}))


@contextmanager
def behind(folder: Path, agent: str, pause: float = 0.0) -> Iterator[Bench]:
    """Start the agent and the gateway as processes."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=agent) as name:
        own = Path(name)
        prepared(own / "gateway", [f"GRT-{number}" for number in range(ROUNDS)], tokens=10**10)
        given = ["-m", "levee.frontier.rehearsal", agent, "--pack", str(folder / "pack"), "--pause", str(pause)]
        host = subprocess.Popen([sys.executable, *given], stdout=subprocess.PIPE, text=True)
        assert host.stdout is not None
        upstream, port = f"http://127.0.0.1:{int(host.stdout.readline())}/v1", free_port()
        words = ["serve", "--upstream", upstream, "--port", str(port), "--folder", str(own / "gateway")]
        with (own / "log").open("wb") as log:
            gateway = subprocess.Popen([sys.executable, "-m", "levee.cli", "gateway", *words], stderr=log)
        try:
            wait_for(port)
            yield Bench(folder=own, port=port, pack=folder / "pack")
        finally:
            for process in (gateway, host):
                process.terminate()
                process.wait()


def ordered(bench: Bench, plan: Plan, *, grant: str = "GRT-0", tasks: int = 0) -> Order:
    """An evaluation in a folder of its own, begun."""
    order = Order(
        packs=(str(bench.pack),),
        folder=tempfile.mkdtemp(dir=bench.folder),
        plan=plan,
        tasks=tasks or plan.looks[-1],
        resume=False,
        gateway=f"http://127.0.0.1:{bench.port}",
        token=token_of(grant),
        key=CLIENT.private_bytes_raw().hex(),
        agreement=DIGEST,
        model="m",
        scripted="bench",
        settings=Settings(),
        slots=Slots(first_user=USERS, count=2, runtime=RUNTIME, data_folder=str(bench.folder.parent / "data")),
    )
    Folder(Path(order.folder)).begin(about(order), resume=False)
    return order


def solved(bench: Bench, plan: Plan) -> dict[str, object]:
    """Run all of it, and time the runs."""
    order, times, most = ordered(bench, plan), [], 0
    for each in evaluate(order):
        if each["event"] != "over":
            times.append(time.monotonic())
            most = max(most, resident(worker()))
        else:
            assert each["ended"] == "finished", each
    runs = Folder(Path(order.folder)).transcripts()
    took = (times[-1] - times[0]) / len(runs)
    told = {"all": len(runs), "solved": sum(each.success for each in runs), "seconds": round(took, 3)}
    return {"runs": told, "rss_mb": most}


def ended(bench: Bench, plan: Plan) -> list[bool]:
    """Run all of it; which were solved."""
    order = ordered(bench, plan)
    list(evaluate(order))
    return [each.success for each in Folder(Path(order.folder)).transcripts()]


def probed(bench: Bench, plan: Plan) -> Counter[str]:
    """What became of each way out."""
    order = ordered(bench, plan, tasks=1)
    list(evaluate(order))
    (run,) = Folder(Path(order.folder)).transcripts()
    return Counter(str(became) for became in report({each.given: each.output for each in run.calls}).values())


def withdrawn(bench: Bench, plan: Plan, number: int) -> tuple[float, float]:
    """When the first run began, and how long after a withdrawal everything was gone, in seconds."""
    order, before = ordered(bench, plan, grant=f"GRT-{number}"), time.monotonic()
    events = evaluate(order)
    assert next(events)["event"] == "begun"
    began = time.monotonic()
    next(each for each in events if each["event"] == "spent")
    store = Store(bench.folder / "gateway")
    store.withdraw(Scope.GRANT, f"GRT-{number}")
    taken = time.monotonic()
    assert list(events)[-1]["ended"] == "refused"
    store.close()
    return began - before, time.monotonic() - taken


def worker() -> int:
    """The worker's process."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return next(int(each) for each in children if b"evaluations.worker" in Path(f"/proc/{each}/cmdline").read_bytes())


def resident(process: int) -> int:
    """Megabytes of memory at its most."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1:])
