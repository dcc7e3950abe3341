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

import pytest
from django.db import connection

from levee.app import wiring
from levee.cases import services as casework
from levee.kernel.sides import Side
from levee.platform.database.acting import acting, as_principal
from levee.platform.database.roles import DbRole
from levee.platform.jobs import enqueue, unfinished
from levee.platform.models import Run
from support.database import as_role

WORKER = Path(__file__).with_name("queue_worker.py")
PATIENCE = 120
WORKERS = {Side.CLEARINGHOUSE: DbRole.WORKER, Side.OPERATORS: DbRole.MATCHER}
SUBSYSTEMS = {Side.CLEARINGHOUSE: "fixes", Side.OPERATORS: "exposure"}


def hanging(side):
    """A kind of job of that side."""
    return f"{SUBSYSTEMS[side]}.hangs"


@contextmanager
def worker(server, database, log, side, *, hang=0.0):
    address = asdict(replace(server.address(WORKERS[side]), database=database))
    order = json.dumps({"address": address, "log": str(log), "kind": hanging(side), "hang": hang})
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


@pytest.mark.parametrize("side", Side)
def test_a_job_whose_worker_was_killed_is_done_by_another(real_world, real_db, server, tmp_path, side):
    log = tmp_path / "log"
    log.touch()
    with acting(real_world.coordinator()) as act:
        run = enqueue(act, hanging(side), subject=uuid4())

    def row():
        with as_role(real_world.owner_role):
            return Run.unscoped.get(id=run)

    with worker(server, real_db, log, side, hang=600) as first:
        until(log.read_text)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert row().ended_at is None
    with worker(server, real_db, log, side) as second:
        until(lambda: row().ended_at is not None)
        assert log.read_text().split() == [str(first.pid), str(second.pid)]
    assert (row().attempts, row().failure) == (2, "")


def test_a_worker_sees_no_job_and_no_run_of_the_other_side(real_world):
    with acting(real_world.coordinator()) as act:
        runs = {side: enqueue(act, f"{app}.anything", subject=uuid4()) for side, app in SUBSYSTEMS.items()}
    for side, role in WORKERS.items():
        with as_role(role), connection.cursor() as cursor:
            cursor.execute("select args->>'run' from procrastinate_jobs")
            assert cursor.fetchall() == [(str(runs[side]),)]
            cursor.execute("select count(*) from procrastinate_events")
            assert cursor.fetchone() == (1,)
        with as_role(role):
            for whose, run in runs.items():
                with as_principal(run):
                    assert Run.unscoped.filter(id=run).exists() is (whose is side)


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
        assert told == {"kind": queue, "run": told["run"], "side": "clearinghouse"}
        assert (task, lock, queueing_lock) == ("levee.run", None, None)
        assert queue in kinds
        assert told["run"] in runs
        assert UUID(told["run"]) not in {opened.case, opened.finding, opened.finder.party, opened.coordinator.id}
