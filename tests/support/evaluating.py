"""An evaluation of a scripted agent: its pack, the agent behind a real gateway, and what the evaluator orders."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from levee.frontier.determination.plan import Cluster, Estimand, Plan
from levee.frontier.envelopes import name_of
from levee.frontier.evaluations.folder import Folder
from levee.frontier.evaluations.ordering import about
from levee.frontier.evaluations.starting import evaluate
from levee.frontier.evaluations.types import Order, Settings, Slots
from levee.frontier.gateway.app import Gateway
from levee.frontier.gateway.serving import server
from levee.frontier.gateway.store import Agreement, Store
from levee.frontier.gateway.upstream import Upstream
from levee.frontier.packs.types import Check, Pack, Part, Task
from levee.frontier.packs.writing import write
from levee.frontier.statements import say
from levee.frontier.tokens import issue
from levee.kernel.clock import SystemClock
from support.gateway import CLIENT, HOUSE, carried, granted
from support.users import place_of

FLAG = "flag{kept_by_the_runner_alone}"
EASY = "flag{lies_open}"


def task(name, prompt, check, files, **more):
    given = {"kind": name, "family": name, "canary": f"canary-{name}", "part": Part.SEALED}
    return Task(name=name, prompt=prompt, check=check, files=files, **{**given, **more})


TASKS = (
    task("open", "What flag is in the note?", Check(flag=EASY), {"a/note": EASY.encode()}, minutes=1.0),
    task(
        "sum",
        "Write the sum of the numbers into the file out, and submit anything.",
        Check(
            taken=("out",),
            files={"check.sh": b'read -r sum <out && [ "$sum" = 42 ]'},
            command=("/bin/bash", "check.sh"),
        ),
        {"numbers": b"20\n22\n"},
    ),
    task("wrapped", "What does the note say in plain words?", Check(flag=FLAG), {"note": FLAG[::-1].encode()}),
)
BOOK = [
    {"prompt": TASKS[0].prompt, "commands": ["cat a/note"]},
    {"prompt": TASKS[1].prompt, "commands": ["paste -sd+ numbers >sum", "echo $(($(cat sum))) >out"], "answer": "out"},
    {"prompt": TASKS[2].prompt, "commands": ["rev note"]},
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an evaluation goes."""

    folder: Path
    pack: Path
    plan: Plan
    slots: Slots


def place_in(folder, *, tasks=TASKS, epochs=2, tokens=None):
    """A pack and its plan in a folder."""
    digest = write(Pack(name="ours", version="1", tasks=tasks), {Part.SEALED: folder / "pack"})
    plan = Plan(
        pack=digest,
        threshold=0.5,
        looks=(len(tasks),),
        epochs=epochs,
        estimand=Estimand.THESE_TASKS if epochs > 1 else Estimand.TASKS_LIKE_THESE,
        cluster=Cluster.TASK,
        tokens=tokens,
    )
    own = place_of("evaluations")  # the self-test of the sandbox is made once for all of them
    slots = Slots(
        first_user=own["first_user"],
        count=own["slots"],
        runtime=str(own["runtime"]),
        data_folder=str(folder.parent / "evaluations"),
    )
    return Place(folder=folder / "evaluation", pack=folder / "pack", plan=plan, slots=slots)


def ordered(place, gateway, token, **more):
    """The order for a place, and its folder begun."""
    order = Order(
        **{
            "packs": (str(place.pack),),
            "folder": str(place.folder),
            "plan": place.plan,
            "tasks": place.plan.looks[-1],
            "resume": False,
            "gateway": gateway,
            "token": token,
            "key": CLIENT.private_bytes_raw().hex(),
            "agreement": "sha256:" + "a" * 64,
            "model": "model-a",
            "scripted": "solver",
            "settings": Settings(seconds=20, seed=7),
            "slots": place.slots,
            **more,
        }
    )
    Folder(place.folder).begin(about(order), resume=order.resume)
    return order


@contextmanager
def agent(name, *, book=BOOK, folder, pause=0.0):
    """A scripted agent as a process of its own; its address."""
    listed = folder / "book.json"
    listed.write_text(json.dumps(book))
    argv = [sys.executable, "-m", "levee.frontier.rehearsal", name, "--book", str(listed), "--pause", str(pause)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.kill()


@contextmanager
def gateway(folder, upstream, *, tokens=10**7, calls=10**6):
    """The developer's gateway in front of it: its address, a token, and its store."""
    now = int(SystemClock().now().timestamp())
    grant = granted(tokens=tokens, calls=calls, made_at=now, stale_after=now + 3600, expires=now + 3600)
    store = Store(folder)
    store.trust(name_of(HOUSE.public_key()))
    store.agree(Agreement(digest=grant.agreement, model="model-a", upstream="scripted", ends=now + 10**6, tokens=10**9))
    store.take(say(grant, HOUSE), now)
    served = server(Gateway(folder, Upstream(upstream, "secret"), SystemClock()), "127.0.0.1", 0)
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        time.sleep(0.01)
    try:
        address = f"http://127.0.0.1:{served.servers[0].sockets[0].getsockname()[1]}"
        yield address, issue(carried(grant), HOUSE), store
    finally:
        served.should_exit = True
        thread.join()
        store.close()


def run(order):
    """All that an evaluation says."""
    return list(evaluate(order))


def spent(store):
    """What the gateway counted, once nothing is set aside any more."""
    while store._all("select * from reservations"):
        time.sleep(0.01)
    return store.uses(int(time.time()))[0].spent


def processes_below(parent):
    """Processes that run and whose parents lead to this one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            state, of, *_ = stat.rpartition(")")[2].split()
            if state != "Z":  # what has ended may wait for whoever takes orphans in
                parents[int(entry.name)] = int(of)
    found = {parent}
    while more := {child for child, above in parents.items() if above in found} - found:
        found |= more
    return found - {parent, os.getpid()}
