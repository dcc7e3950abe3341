"""The queue with worker processes of its own: a job outlives the worker that had it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection

from levee.app import wiring
from levee.cases import services as casework
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.jobs import enqueue, unfinished
from levee.platform.models import Run
from support.database import as_role

WORKER = Path(__file__).with_name("queue_worker.py")
PATIENCE = 120


@contextmanager
def worker(server, database, log, *, hang=0.0):
    address = asdict(replace(server.address(DbRole.WORKER), database=database))
    order = json.dumps({"address": address, "log": str(log), "hang": hang})
    process = subprocess.Popen([sys.executable, str(WORKER), order])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.2)


def test_a_job_whose_worker_was_killed_is_done_by_another(real_world, real_db, server, tmp_path):
    log = tmp_path / "log"
    log.touch()
    with acting(real_world.coordinator()) as act:
        run = enqueue(act, "test.hangs", subject=uuid4())

    def row():
        with as_role(real_world.owner_role):
            return Run.unscoped.get(id=run)

    with worker(server, real_db, log, hang=600) as first:
        until(log.read_text)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert row().ended_at is None
    with worker(server, real_db, log) as second:
        until(lambda: row().ended_at is not None)
        assert log.read_text().split() == [str(first.pid), str(second.pid)]
    assert (row().attempts, row().failure) == (2, "")


def test_what_is_set_for_another_day_is_not_waited_for(real_world, real_db, server):
    address = replace(server.address(DbRole.WORKER), database=real_db)
    for delay in (timedelta(0), timedelta(minutes=5), timedelta(days=20)):
        with acting(real_world.coordinator()) as act:
            enqueue(act, "test.hangs", subject=uuid4(), delay=delay)
    assert unfinished(address, ["test.hangs"]) == 2
    assert unfinished(address, ["test.other"]) == 0


def test_the_queue_holds_a_kind_and_a_random_run_and_nothing_else(world, opened):
    """Whoever reads the queue learns how much there is to do, and neither about what nor for whom."""
    casework.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="m@example.org", because="its code"
    )
    with as_role(world.owner_role), connection.cursor() as cursor:
        cursor.execute("select queue_name, task_name, lock, queueing_lock, args from procrastinate_jobs")
        jobs = cursor.fetchall()
        runs = {str(key) for key in Run.unscoped.values_list("id", flat=True)}
    kinds = {kind.name for kind in wiring.jobs()}
    assert len({queue for queue, *_ in jobs}) > 2
    for queue, task, lock, queueing_lock, args in jobs:
        told = args if isinstance(args, dict) else json.loads(args)
        assert told == {"kind": queue, "run": told["run"]}
        assert (task, lock, queueing_lock) == ("levee.run", None, None)
        assert queue in kinds
        assert told["run"] in runs
        assert UUID(told["run"]) not in {opened.case, opened.finding, opened.finder.party, opened.coordinator.id}
