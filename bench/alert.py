"""From a signed publication to the alert of the last affected operator at an outside SMTP server.

Run as `python bench/alert.py [--operators N] [--components M] [--rounds R] [--kills K]`. Starts a database of its own,
two workers and an SMTP server in a process of its own; writes a fleet by SQL; then decides on advisories, which the
workers sign, publish, learn, match and tell. Who is affected is asked by SQL outside of Levee.

Prints one JSON line. `few` and `all`: publications that reach about 350 operators, and all of them; seconds from the
decision to the last alert: p50 and max over the rounds. `cpu_ms_per_alert_of_all`: what each part spent on the latter.
`kills_…`: a smaller fleet; a worker, or the postman, killed with signal 9 at a random point of each publication.
Everywhere: `missed`, `unaffected`, and `twice` by what the server took, once as letters and once by Message-ID.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg

from _fleet import FIXED, Fleet, affected
from _house import _free_port, fresh_folder
from _spent import spent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE_SECONDS = 240
SETTLE_SECONDS = 3


@dataclass
class Mail:
    """What the SMTP server wrote down."""

    path: Path

    def since(self, start: int) -> list[tuple[float, str, str]]:
        """Letters after so many bytes: instant, recipient, Message-ID."""
        with self.path.open("rb") as file:
            file.seek(start)
            lines = file.read().decode().splitlines()
        return [(float(at), to, key) for at, to, key in (line.split() for line in lines)]

    def size(self) -> int:
        """How far it has written."""
        return self.path.stat().st_size if self.path.exists() else 0


@dataclass
class Workers:
    """The processes that work the queue off: one of the clearinghouse's, and so many of the operators' side."""

    count: int
    log: Path

    def __post_init__(self) -> None:
        self.words = [HOUSE] + [OPERATORS] * self.count
        self.running = [self._start(words) for words in self.words]

    def _start(self, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "levee.cli", *words], stdout=log, stderr=log)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one with signal 9, and start another in its place."""
        number = chance.randrange(len(self.words))
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start(self.words[number])

    def stop(self) -> None:
        """End them."""
        for each in self.running:
            each.terminate()
        for each in self.running:
            each.wait()


HOUSE, OPERATORS = ("worker",), ("worker", "--for", "operators")


def main(options: argparse.Namespace) -> None:
    """Measure, and print."""
    told: dict[str, Any] = {"operators": options.operators, "components": options.components}
    # A process holds one house in its life: Django keeps the first address that it was told.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        if options.rounds:
            told |= pool.submit(undisturbed, options).result()
        for what, kills in (("worker", options.kills), ("postman", options.postman_kills)):
            if kills:
                told[f"kills_of_the_{what}"] = pool.submit(disturbed, options, what, kills).result()
    print(json.dumps(told))


def undisturbed(options: argparse.Namespace) -> dict[str, Any]:
    """Publications that reach some, and one that reaches all, while nobody is killed."""
    fleet = Fleet(operators=options.operators, components=options.components, rounds=options.rounds, reach=350)
    with house(fleet, options) as bench:
        warm_up(bench)
        few = summary([published(bench, f"bench-{number}") for number in range(options.rounds)])
        before = bench.spent()
        every = summary([published(bench, "bench-all")])
        used = {
            part: round((each - before.get(part, 0)) * 1000 / every["affected"], 2)
            for part, each in bench.spent().items()
        }
    return {"seconds_to_write_the_fleet": bench.wrote, "few": few, "all": every, "cpu_ms_per_alert_of_all": used}


def disturbed(options: argparse.Namespace, what: str, kills: int) -> dict[str, Any]:
    """Publications to a smaller fleet, with one kill in each."""
    count, chance = options.kill_operators, random.Random(options.seed)  # noqa: S311
    fleet = Fleet(operators=count, components=30, rounds=kills, reach=count // 4)
    with house(fleet, options) as bench:
        warm_up(bench)
        rounds = [published(bench, f"bench-{number}", kill=chance, what=what) for number in range(kills)]
    return {"operators": count, "components": fleet.components, "kills": kills} | summary(rounds)


@dataclass
class Bench:
    """A house under measurement."""

    owner: str
    folder: Path
    mail: Mail
    workers: Workers
    wrote: float
    outside: int

    def spent(self) -> Mapping[str, float]:
        """Processor seconds of each part so far; the postman is there once there was a letter."""
        (database,) = self.folder.glob("**/postmaster.pid")
        parts = {"database": int(database.read_text().split()[0]), "smtp_server": self.outside}
        parts["clearinghouse"], *operators = (each.pid for each in self.workers.running)
        parts |= {f"worker_{number}": pid for number, pid in enumerate(operators, 1)}
        postman = holder(self.folder / "postman" / "lock")
        return spent(parts | ({"postman": postman} if postman else {}))


@contextmanager
def house(fleet: Fleet, options: argparse.Namespace) -> Iterator[Bench]:
    """A database with a fleet, workers, and an SMTP server."""
    from levee.app import boot
    from levee.app.house import command
    from levee.platform.database.roles import DbRole
    from levee.settings import settings

    with fresh_folder() as folder:
        port = _free_port()
        os.environ |= {"LEVEE_SMTP_URL": f"smtp://127.0.0.1:{port}", "LEVEE_MAIL_FROM": "levee@house.example"}
        settings.cache_clear()
        mail = Mail(folder / "received")
        outside = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "_mail_server.py"), str(port), mail.path]
        )
        server = boot(DbRole.OWNER)
        try:
            command("migrate")
            began = time.perf_counter()
            fleet.write(server.owner.conninfo())
            wrote = round(time.perf_counter() - began, 1)
            print(f"fleet written in {wrote} s", file=sys.stderr)
            workers = Workers(options.workers, folder / "worker.log")
            try:
                yield Bench(server.owner.conninfo(), folder, mail, workers, wrote, outside.pid)
            finally:
                workers.stop()
                if options.log:
                    print((folder / "worker.log").read_text()[-options.log :], file=sys.stderr)
                kill_postman(folder)
        finally:
            from django.db import connections

            connections.close_all()
            server.close()
            outside.kill()
            outside.wait()


def decide(package: str, fixed: str = FIXED) -> float:
    """Decide on an advisory as the clearinghouse does: the workers sign and publish it. Returns the instant."""
    from django.db import transaction

    from levee.access.models import Grant
    from levee.advisories.models import Advisory
    from levee.advisories.services import PUBLISH
    from levee.advisories.types import State
    from levee.identity.founding import clearinghouse
    from levee.platform.database.acting import Act
    from levee.platform.jobs import enqueue
    from levee.platform.ports import ports
    from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Standing

    now, key, case = ports().clock.now(), uuid4(), uuid4()
    house = clearinghouse()
    assert house is not None
    osv = {
        "schema_version": "1.7.0",
        "id": f"BENCH-{package}",
        "modified": now.isoformat(),
        "published": now.isoformat(),
        "aliases": [],
        "affected": [
            {
                "package": {"ecosystem": "npm", "name": package},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }
    actor = Actor(
        id=UUID(int=1),
        kind=PrincipalKind.SERVICE,
        party=house,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
    )
    with transaction.atomic():
        Grant.unscoped.create(id=uuid4(), subject=case, party=house, capacity=Capacity.OWNER, since=now)
        Advisory.unscoped.bulk_create(
            [
                Advisory(
                    id=key,
                    case=case,
                    name=f"BENCH-{package}",
                    title=f"A flaw in {package}",
                    summary="",
                    osv=json.dumps(osv),
                    csaf="{}",
                    state=State.PUBLISHING,
                    decided_at=now,
                )
            ]
        )
        enqueue(Act(actor=actor, now=now), PUBLISH, subject=key, party=house)
    return time.time()


def warm_up(bench: Bench) -> None:
    """Publish something that reaches nobody, and wait until the workers did it."""
    decide("nobody-has-it")
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(bench.owner, autocommit=True) as asking:
        while not asking.execute("select 1 from exposure_known").fetchone():
            if time.monotonic() > deadline:
                print(asking.execute("select kind, failure, attempts, ended_at from platform_run").fetchall())
                print(asking.execute("select queue_name, status, attempts from procrastinate_jobs").fetchall())
                raise SystemExit((bench.folder / "worker.log").read_text()[-3000:])
            time.sleep(0.2)


def published(bench: Bench, package: str, *, kill: random.Random | None = None, what: str = "") -> dict[str, Any]:
    """Publish, wait for the last alert, and say what arrived where."""
    wanted = set(affected(bench.owner, package).values())
    start, began = bench.mail.size(), decide(package)
    if kill is not None:
        time.sleep(kill.uniform(0.3, 6.0))
        if what == "worker":
            bench.workers.kill_one(kill)
        else:
            kill_postman(bench.folder)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while {to for _, to, _ in bench.mail.since(start)} < wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(SETTLE_SECONDS if kill is None else settled(bench))
    arrived = bench.mail.since(start)
    by_letter, by_key = (
        Counter(to for _, to, _ in arrived),
        Counter(to for to, _ in {(to, key) for _, to, key in arrived}),
    )
    told = {
        "affected": len(wanted),
        "last": max((at for at, _, _ in arrived), default=began) - began,
        "median": statistics.median([at - began for at, _, _ in arrived]) if arrived else 0,
        "missed": len(wanted - by_letter.keys()),
        "unaffected": len(by_letter.keys() - wanted),
        "twice_as_letters": sum(count - 1 for count in by_letter.values()),
        "twice_by_message_id": sum(count - 1 for count in by_key.values()),
    }
    print(package, {name: round(value, 2) for name, value in told.items()}, file=sys.stderr)
    return told


def settled(bench: Bench) -> float:
    """Wait until the queue and the outbox are empty, so that a second letter would have come; then a moment more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(bench.owner, autocommit=True) as asking:
        while time.monotonic() < deadline:
            (left,) = asking.execute(
                "select (select count(*) from procrastinate_jobs where status in ('todo', 'doing')) "
                "+ (select count(*) from alerts_delivery where state in ('waiting', 'leaving'))"
            ).fetchone() or (0,)
            if not left:
                break
            time.sleep(0.3)
    return 0.5


def kill_postman(folder: Path) -> None:
    """Kill the process that holds the postman's lock."""
    postman = holder(folder / "postman" / "lock")
    if postman:
        os.kill(postman, signal.SIGKILL)


def holder(lock: Path) -> int | None:
    """The process that holds a lock on a file, if any does."""
    if not lock.exists():
        return None
    inode = str(lock.stat().st_ino)
    lines = (line.split() for line in Path("/proc/locks").read_text().splitlines())
    found = (int(words[4]) for words in lines if words[1] == "FLOCK" and words[5].rpartition(":")[2] == inode)
    return next(found, None)


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The rounds together."""
    last = [each["last"] for each in rounds]
    return {
        "publications": len(rounds),
        "affected": sum(each["affected"] for each in rounds),
        "last_p50_s": round(statistics.median(last), 2),
        "last_max_s": round(max(last), 2),
        "alert_p50_s": round(statistics.median(each["median"] for each in rounds), 2),
    } | {
        name: sum(each[name] for each in rounds)
        for name in ("missed", "unaffected", "twice_as_letters", "twice_by_message_id")
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--operators", type=int, default=10_000)
    parser.add_argument("--components", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--postman-kills", type=int, default=5)
    parser.add_argument("--kill-operators", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=int, default=0, help="show so many characters of the workers' log in the end")
    main(parser.parse_args())
