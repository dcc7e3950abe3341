"""`levee up`: every process of one house, started together and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx

from levee.kernel.errors import LeveeError, Unavailable
from levee.platform.database.server import open_server
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """What runs in a house, each by the words of its command.

    Attributes:
        pages: by the face that is served. rest: started once the pages are there: whoever waits for the first page does
            not wait for the sandbox's self-test.
    """

    pages: tuple[str, ...]
    rest: tuple[tuple[str, ...], ...]


EVERYTHING = Processes(
    pages=("web", "operators", "public"), rest=(("worker",), ("worker", "--for", "operators"), ("sequencer",))
)
OPERATORS_ALONE = Processes(pages=("operators",), rest=(("worker", "--for", "operators"), ("sequencer",)))
PATIENCE_SECONDS = 120
GRACE_SECONDS = 8
"""More than the pages take to end by themselves; a job that is cut off is put back, and safe to run twice."""


@dataclass(frozen=True, slots=True)
class House:
    """The running processes, by what they do; `first_link` is the set-up link of a first run, or empty."""

    first_link: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, words: tuple[str, ...]) -> None:
        """Start one more, with the words of its command; in a group of its own: Ctrl-C is not for it to hear."""
        self.processes[" ".join(words)] = subprocess.Popen(
            [sys.executable, "-m", "levee.cli", *words],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )

    def wait(self) -> None:
        """Wait until told to stop.

        Raises:
            LeveeError: a process ended by itself.
        """
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """See that every process still runs.

        Raises:
            LeveeError: one ended by itself.
        """
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise LeveeError(
                    f"the process `levee {name}` ended with {process.returncode}",
                    code="house.process_ended",
                    advice="its own message stands above; start again with levee up",
                )

    def stop(self) -> None:
        """Ask every process to end, and make those that do not."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self.processes.values():
            try:
                process.wait(timeout=max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running(tell: Callable[[str], None]) -> Iterator[House]:
    """Start the house: database, migrations, founding, then all processes; stops them on leaving.

    Args:
        tell: hears one line per step.

    Raises:
        LeveeError: a step failed; what it printed stands above.
    """
    receiver = (("receiver",),) if settings().mail_in_port else ()
    everything = replace(EVERYTHING, rest=(*EVERYTHING.rest, *receiver))
    with started(everything, tell, prepare=lambda: _migrated(tell)) as house:
        yield house


def _migrated(tell: Callable[[str], None]) -> str:
    tell("bringing the tables up to date")
    printed = command("migrate")
    for line in printed.splitlines():
        tell(line)
    return next((word for word in printed.split() if "/link/" in word), "")


@contextmanager
def started(
    processes: Processes, tell: Callable[[str], None], *, prepare: Callable[[], str] = lambda: ""
) -> Iterator[House]:
    """Start the database and some processes; stops them on leaving.

    Args:
        processes: which ones.
        tell: hears one line per step.
        prepare: called once the database is there; gives the first link, or nothing.

    Raises:
        LeveeError: a step failed; what it printed stands above.
    """
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _end)
    tell("starting the database")
    server = open_server(settings())
    try:
        house = House(prepare())
        try:
            for face in processes.pages:
                house.start(("serve", face))
            tell("waiting for the first page")
            _await_pages(house, processes.pages)
            for words in processes.rest:
                house.start(words)
            yield house
        finally:
            house.stop()
    finally:
        server.close()


def _end(told: int, _frame: FrameType | None) -> None:
    """Leave the ordinary way when told to end, so that everything started here is stopped."""
    raise SystemExit(128 + told)


def command(*words: str) -> str:
    """Run a `levee` command to its end, in a process of its own.

    Returns:
        What it printed.

    Raises:
        LeveeError: it failed.
    """
    done = subprocess.run([sys.executable, "-m", "levee.cli", *words], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise LeveeError(f"levee {' '.join(words)} failed", code="house.command_failed")
    return done.stdout


def _await_pages(house: House, pages: Iterable[str]) -> None:
    chosen = settings()
    deadline = time.monotonic() + PATIENCE_SECONDS
    ports = {"web": chosen.port, "operators": chosen.operators_port, "public": chosen.public_port}
    waiting = [f"http://{chosen.host}:{ports[face]}/health" for face in pages]
    while waiting:
        ended = [name for name, process in house.processes.items() if process.poll() is not None]
        if ended:
            raise LeveeError(f"the process `levee {ended[0]}` did not start", code="house.process_ended")
        if time.monotonic() > deadline:
            raise Unavailable(f"no page within {PATIENCE_SECONDS} s", place=waiting[0])
        waiting = [address for address in waiting if not _answers(address)]
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.HTTPError:
        return False
