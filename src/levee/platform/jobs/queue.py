"""The queue's one task, and the dispatcher that works it off."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from levee.platform.jobs.work import carry_out, registered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procrastinate import App

    from levee.kernel.sides import Side

LAST_HEARD_SECONDS, HEARTBEAT_SECONDS = 15, 5
Beside = Callable[[Callable[[], bool]], None]
TRIES = 5


class NotYet(Exception):
    """A run did not end; the queue tries it again later."""


def task(kind: str, run: str, side: str) -> None:
    """Carry out one run: all that the queue knows is a kind, a random key, and whose workers see the job."""
    del side
    try:
        if not carry_out(kind, UUID(run)):
            raise NotYet
    finally:
        connection.close()


def work_off(side: Side, *, sandboxed: int = 0, others: int = 2, beside: Sequence[Beside] = ()) -> None:
    """Work one side's jobs off until told to stop.

    Args:
        side: whose.
        sandboxed: jobs in the sandbox at a time.
        others: all other jobs at a time: a letter or a match does not wait behind a flood of proofs.
        beside: what else goes on as long, in a thread each; told a question that is answered yes once it has to end.
    """
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    worker.task(name="levee.run", retry=RetryStrategy(max_attempts=TRIES, exponential_wait=2))(task)
    lanes = (
        (registered(side, sandboxed=True), sandboxed),
        (registered(side, sandboxed=False, slow=True), 1),
        (registered(side, sandboxed=False), others),
    )
    asyncio.run(_work_off(worker, [lane for lane in lanes if lane[0] and lane[1]], beside))


async def _work_off(worker: App, lanes: Iterable[tuple[list[str], int]], beside: Sequence[Beside]) -> None:
    async with worker.open_async():
        rescuing = asyncio.create_task(_rescue_for_ever(worker))
        ending = threading.Event()
        others = [asyncio.create_task(asyncio.to_thread(each, ending.is_set)) for each in beside]
        running = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if running is not None:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, running.cancel)
        try:
            async with asyncio.TaskGroup() as group:
                for kinds, at_a_time in lanes:
                    group.create_task(_lane(worker, kinds, at_a_time))
        except asyncio.CancelledError:
            pass
        finally:
            rescuing.cancel()
            ending.set()
            await asyncio.gather(*others)


async def _lane(worker: App, kinds: list[str], at_a_time: int) -> None:
    await worker.run_worker_async(
        queues=kinds,
        concurrency=at_a_time,
        listen_notify=False,
        fetch_job_polling_interval=0.3,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=LAST_HEARD_SECONDS,
        install_signal_handlers=False,
        delete_jobs="successful",
    )


async def _rescue_for_ever(worker: App) -> None:
    """Put jobs back whose worker died; every job is safe to run twice."""
    while True:
        for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=LAST_HEARD_SECONDS):
            await worker.job_manager.retry_job(job)
        await asyncio.sleep(LAST_HEARD_SECONDS)
