"""The queue with worker processes of its own: a job outlives the worker that had it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.jobs import enqueue
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
