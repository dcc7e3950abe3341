"""`python -m levee.frontier.evaluations.worker`: one evaluation, ordered on standard input, told on standard output.

It ends with whoever started it, and what it started ends with it. A line of JSON says what happens: `begun`, `spent`
and `ended` of a run, and at last `over`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.frontier.evaluations.calling import TIMES, Caller
from levee.frontier.evaluations.desk import Desk
from levee.frontier.evaluations.folder import Folder
from levee.frontier.evaluations.ordering import pack_of
from levee.frontier.evaluations.record import Record, seed_of
from levee.frontier.evaluations.running import Evaluation
from levee.frontier.evaluations.spelling import read_order
from levee.frontier.evaluations.types import Ended
from levee.frontier.gateway.client import Proving
from levee.kernel.errors import LeveeError
from levee.platform.sandbox import linux
from levee.platform.sandbox.start import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.frontier.evaluations.types import Order
    from levee.platform.sandbox.port import Sandbox

MILLION = 1_000_000


def main() -> None:
    """Hear the order, run it, and end."""
    linux.die_with_parent()
    os.umask(0o022)  # of what a run is shown, its user owns nothing; the folder itself is closed
    say = _say()
    asyncio.run(_serve(read_order(sys.stdin.buffer.read()), say))


def _say() -> Callable[[dict[str, Any]], None]:
    """Keep the pipe away from whatever prints."""
    out = os.dup(1)
    os.dup2(2, 1)

    def say(told: dict[str, Any]) -> None:
        data = memoryview(json.dumps(told).encode() + b"\n")
        while data:
            data = data[os.write(out, data) :]

    return say


async def _serve(order: Order, say: Callable[[dict[str, Any]], None]) -> None:
    """Never returns: commands that still run end with their process, and are not waited for."""
    try:
        ended, message = await _evaluate(order, say)
    except LeveeError as error:
        ended, message = Ended.FAILED, " ".join(filter(None, (f"{error}.", error.advice())))
    say({"event": "over", "ended": ended.name.lower(), "message": message})
    sys.stderr.flush()
    os._exit(0)


async def _evaluate(order: Order, say: Callable[[dict[str, Any]], None]) -> tuple[Ended, str]:
    slots, folder = order.slots, Folder(Path(order.folder))
    place = open_sandbox(
        data_folder=Path(slots.data_folder),
        slots=slots.count,
        first_user=slots.first_user,
        runtime=Path(slots.runtime),
    )
    records = _records(order, folder, place)
    if not records:
        return Ended.FINISHED, Ended.FINISHED.value
    telling = Telling(order, folder, say)
    auth = Proving(order.token, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(order.key)))
    async with httpx.AsyncClient(base_url=order.gateway, auth=auth, timeout=TIMES, trust_env=False) as client:
        evaluation = Evaluation(
            Caller(client),
            place,
            order.settings,
            begun=telling.begun,
            spent=telling.spent,
            ended=telling.ended,
            clock=time.monotonic,
            scripted=bool(order.scripted),
        )
        return await evaluation.run(order.model, records, folder.path / "inspect")


def _records(order: Order, folder: Folder, place: Sandbox) -> dict[str, Record]:
    """The runs that are not over yet, task by task, by name."""
    opened = pack_of([Path(each) for each in order.packs], order.plan, order.tasks)
    over = {(each.task, each.epoch) for each in folder.transcripts()}
    records = [
        Record(
            number=number,
            task=task,
            epoch=epoch,
            seed=seed_of(order.settings.seed, task.name, epoch),
            most=order.plan.tokens,
            desk=Desk(place, task.files, order.settings.seconds),
        )
        for number, task in enumerate(opened.pack.tasks[: order.tasks])
        for epoch in range(1, order.plan.epochs + 1)
        if (task.name, epoch) not in over
    ]
    return {each.name: each for each in records}


class Telling:
    """Keeps what happens, then tells it."""

    def __init__(self, order: Order, folder: Folder, say: Callable[[dict[str, Any]], None]) -> None:
        self._order, self._folder, self._say = order, folder, say
        self._tokens: dict[str, int] = {}

    def begun(self, record: Record) -> None:
        """A run begins."""
        record.tries = self._folder.note_begun(record.task.name, record.epoch)
        self._tell("begun", record)

    def spent(self, record: Record) -> None:
        """A run spent something."""
        self._tokens[record.name] = record.tokens
        self._tell("spent", record)

    def ended(self, record: Record) -> None:
        """A run is over."""
        transcript = record.transcript(self._order.scripted)
        self._folder.keep(record.number, transcript)
        self._tell("ended", record, success=record.success, limit=record.limit.value)

    def _tell(self, event: str, record: Record, **more: object) -> None:
        total = sum(self._tokens.values())
        cost = total * self._order.settings.price / MILLION
        told = {"event": event, "task": record.task.name, "epoch": record.epoch, "tokens": record.tokens}
        self._say({**told, "all_tokens": total, "cost": round(cost, 6), **more})


if __name__ == "__main__":
    main()
