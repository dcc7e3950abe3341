"""Carrying out a run: enter as its service actor, call the kind's handler, note how it ended."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.models import F

from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.sides import Side, side_of
from levee.platform.database.acting import as_principal
from levee.platform.models import Run
from levee.platform.ports import ports
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from levee.platform.database.roles import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: stable, as it stands in the queue.
        handler: called with the service actor and the subject; opens its own transactions, is safe to run twice.
        last_try: after so many failed attempts the run ends with its failure noted.
        gave_up: called after the last of them with a plain sentence on why, still as the run's service actor.
        sandboxed: it spends its time in the sandbox, and must not keep others waiting.
        slow: it waits for the outside or reads large files, and must not keep others waiting either.
        on: the side whose workers do it; None for that of the subsystem in its name, else the clearinghouse's.
    """

    name: str
    handler: Callable[[Actor, UUID], None]
    last_try: int = 3
    gave_up: Callable[[Actor, UUID, str], None] | None = None
    sandboxed: bool = False
    slow: bool = False
    on: Side | None = None

    @property
    def side(self) -> Side:
        """The side whose workers do it."""
        return self.on or side_of(self.name) or Side.CLEARINGHOUSE


_log = logging.getLogger(__name__)
_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind of job known; called by `levee.app`."""
    _kinds[kind.name] = kind


def registered(side: Side, *, sandboxed: bool, slow: bool = False) -> list[str]:
    """The names of a side's known kinds that need the sandbox, that are slow, or that are neither."""
    return [
        kind.name for kind in _kinds.values() if kind.side is side and kind.sandboxed is sandboxed and kind.slow is slow
    ]


def side_of_kind(name: str) -> Side:
    """The side whose workers do jobs of a kind."""
    return _kinds[name].side if name in _kinds else JobKind(name=name, handler=_nobody).side


def _nobody(_actor: Actor, _subject: UUID) -> None:
    """A kind that nobody registered here is done elsewhere."""


def carry_out(kind: str, run: UUID) -> bool:
    """Carry out one run.

    Returns:
        Whether it ended; false asks the queue to try again.
    """
    job = _kinds[kind]
    row = _begin(run)
    if row is None:
        return True  # ended before, or no longer there: a second delivery changes nothing
    if row.members:
        return _carry_out_members(job, row)
    actor = _actor(run, row.party)
    final = row.attempts + 1 >= job.last_try
    if row.attempts >= job.last_try:
        return _failed(job, actor, row, "its worker ended before the job did, every time", final=True)
    try:
        job.handler(actor, row.subject)
    except LeveeError as error:
        return _failed(job, actor, row, f"{error.code}: {error.message}", final=final)
    except Exception as error:
        _failed(job, actor, row, type(error).__name__, final=final)
        raise
    _end(run, "")
    return True


@contextmanager
def standing_run(kind: str, *, party: UUID) -> Iterator[Actor]:
    """A run that no queue holds: for what is done again and again as long as a process lives.

    Args:
        kind: what it is for; conditions of the database name it.
        party: for whom it acts.
    """
    run = ports().ids.new()
    row = Run(id=run, kind=kind, side=side_of_kind(kind), subject=run, party=party, enqueued_at=ports().clock.now())
    with transaction.atomic(durable=True):
        Run.unscoped.bulk_create([row])
    try:
        yield _actor(run, party)
    finally:
        _end(run, "")


def _actor(run: UUID, party: UUID) -> Actor:
    return Actor(
        id=run,
        kind=PrincipalKind.SERVICE,
        party=party,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
    )


def _carry_out_members(job: JobKind, batch: Run) -> bool:
    """Carry out the runs of a batch, each as its own actor; those that ended before are passed over.

    A batch whose worker died is begun again: only its members count how often they failed.
    """
    with as_principal(batch.id), connection.cursor() as cursor:
        cursor.execute("select id, party, subject, attempts from levee_members()")
        members = [_Member(*row) for row in cursor.fetchall()]
    again, done = False, []
    with _committing_together():
        for member in members:
            try:
                job.handler(_actor(member.id, member.party), member.subject)
            except Exception as error:  # noqa: BLE001 - the others are not held up; it is tried again, and noted
                again |= not _member_failed(job, member, error)
            else:
                done.append(member.id)
    with as_principal(batch.id), connection.cursor() as cursor:
        cursor.execute("select levee_end_members(%s, %s)", [done, ports().clock.now()])
    if not again:
        _end(batch.id, "")
    return not again


@contextmanager
def _committing_together() -> Iterator[None]:
    """Let many small transactions not wait for the disk each: the next that does waits for all before it.

    Nor are their statements planned anew for each: what one member asks, all do.

    If the machine ends before that, the members that were lost are not marked as ended either, and are done again; and
    what another process reads of them and acts on, it commits first.
    """
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off; set plan_cache_mode = force_generic_plan")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("reset synchronous_commit; reset plan_cache_mode")


def _member_failed(job: JobKind, member: _Member, error: Exception) -> bool:
    failure = f"{error.code}: {error.message}" if isinstance(error, LeveeError) else type(error).__name__
    if not isinstance(error, LeveeError):
        _log.warning("a run of the kind %s failed", job.name, exc_info=error)
    with as_principal(member.id):
        Run.unscoped.filter(id=member.id).update(attempts=F("attempts") + 1)
    return _failed(job, _actor(member.id, member.party), member, failure, final=member.attempts + 1 >= job.last_try)


class _Member(NamedTuple):
    """A run of a batch."""

    id: UUID
    party: UUID
    subject: UUID
    attempts: int


def _begin(run: UUID) -> Run | None:
    with as_principal(run):
        row = Run.unscoped.filter(id=run, ended_at=None).first()
        if row is not None:
            Run.unscoped.filter(id=run).update(started_at=ports().clock.now(), attempts=F("attempts") + 1)
        return row


def _failed(job: JobKind, actor: Actor, row: Run | _Member, failure: str, *, final: bool) -> bool:
    if not final:
        with as_principal(row.id):
            Run.unscoped.filter(id=row.id).update(failure=failure)
        return False
    if job.gave_up is not None:
        job.gave_up(actor, row.subject, failure)
    _end(row.id, failure)
    return True


def _end(run: UUID, failure: str) -> None:
    with as_principal(run):
        Run.unscoped.filter(id=run).update(ended_at=ports().clock.now(), failure=failure)


def pending() -> int:
    """How many jobs of this process's side wait in the queue; for the worker's own progress and for tests."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where status = 'todo'")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def unfinished(address: Address, kinds: Iterable[str]) -> int:
    """How many jobs of these kinds run, wait or are tried again soon; one set for another day is not asked for.

    Asked from outside of a worker, by the owner of the machine.

    Args:
        address: of the database, as a worker's role: it sees the jobs of its side.
        kinds: no others than these.
    """
    with psycopg.connect(address.conninfo()) as asking:
        row = asking.execute(
            "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and queue_name = any(%s) "
            "and (scheduled_at is null or scheduled_at < now() + interval '1 hour')",
            [list(kinds)],
        ).fetchone()
    return int(row[0]) if row else 0


def failed(address: Address, kinds: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Kind and failure of the runs that ended without success, the newest first.

    Args:
        address: of the database, as the role `ledger`, which sees every run.
        kinds: no others than these.
    """
    with psycopg.connect(address.conninfo()) as asking:
        return asking.execute(
            "select kind, failure from platform_run where ended_at is not null and failure <> '' and kind = any(%s) "
            "order by ended_at desc",
            [list(kinds)],
        ).fetchall()


def run_pending(*, limit: int = 10_000, due_only: bool = False) -> int:
    """Carry out what waits for this process's side here and now, in its order, until nothing waits.

    For tests, and for the local operator, whose worker does not always run.

    Args:
        limit: at most so many.
        due_only: leave what is set for later.

    Returns:
        How many jobs were carried out.

    Raises:
        NotFound: a job names a kind that nobody registered.
    """
    done = 0
    while done < limit:
        taken = _take(due_only=due_only)
        if taken is None:
            return done
        kind, run = taken
        if kind not in _kinds:
            raise NotFound(f"nobody registered jobs of the kind {kind}")
        while not carry_out(kind, run):
            pass
        done += 1
    return done


def _take(*, due_only: bool) -> tuple[str, UUID] | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'succeeded' where id = (select id from procrastinate_jobs "
            "where status = 'todo' and (not %s or scheduled_at is null or scheduled_at <= now()) "
            "order by priority desc, id limit 1 for update skip locked) returning args->>'kind', args->>'run'",
            [due_only],
        )
        row = cursor.fetchone()
    return None if row is None else (row[0], UUID(row[1]))
