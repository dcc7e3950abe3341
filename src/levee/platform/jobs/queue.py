"""The queue's one task, and the dispatcher that works it off."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from levee.platform.jobs.work import carry_out, registered

if TYPE_CHECKING:
    from procrastinate import App

LAST_HEARD_SECONDS = 30
TRIES = 5


class NotYet(Exception):
    """A run did not end; the queue tries it again later."""


def task(kind: str, run: str) -> None:
    """Carry out one run: all that the queue knows is a kind and a random key."""
    try:
        if not carry_out(kind, UUID(run)):
            raise NotYet
    finally:
        connection.close()


def work_off(*, concurrency: int, until_empty: bool = False) -> None:
    """Work the queue off until told to stop.

    Args:
        concurrency: jobs at a time.
        until_empty: end when nothing waits.
    """
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    worker.task(name="levee.run", retry=RetryStrategy(max_attempts=TRIES, exponential_wait=2))(task)
    asyncio.run(_work_off(worker, concurrency, until_empty=until_empty))


async def _work_off(worker: App, concurrency: int, *, until_empty: bool) -> None:
    async with worker.open_async():
        rescuing = asyncio.create_task(_rescue_for_ever(worker))
        running = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if running is not None:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, running.cancel)
        try:
            await worker.run_worker_async(
                queues=list(registered()),
                concurrency=concurrency,
                wait=not until_empty,
                listen_notify=False,
                fetch_job_polling_interval=0.3,
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        except asyncio.CancelledError:
            pass
        finally:
            rescuing.cancel()


async def _rescue_for_ever(worker: App) -> None:
    """Put jobs back whose worker died; every job is safe to run twice."""
    while True:
        for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=LAST_HEARD_SECONDS):
            await worker.job_manager.retry_job(job)
        await asyncio.sleep(LAST_HEARD_SECONDS)
