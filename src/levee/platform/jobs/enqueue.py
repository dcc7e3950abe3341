from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.platform.jobs.work import side_of_kind
from levee.platform.models import Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.platform.database.acting import Act

AFTER_ALL_ELSE = -10
BATCHES, SMALLEST_BATCH, LARGEST_BATCH = 8, 10, 100
"""As many batches as keep several workers busy, each small enough to end soon."""


def enqueue_each(act: Act, kind: str, runs: Sequence[tuple[UUID, UUID]], *, priority: int = 0) -> None:
    """Put the same work for many parties into the queue: runs of their own, carried out in batches.

    Args:
        act: the unit of work that asks for it.
        kind: a registered kind of job.
        runs: a party and what the work for it is about.
        priority: as in `enqueue`.
    """
    side = side_of_kind(kind)
    made = [
        Run(id=act.new_id(), kind=kind, side=side, subject=subject, party=party, enqueued_at=act.now)
        for party, subject in runs
    ]
    size = min(LARGEST_BATCH, max(SMALLEST_BATCH, -(-len(made) // BATCHES)))
    keys = [each.id for each in made]
    batches = []
    for members in (keys[start : start + size] for start in range(0, len(keys), size)):
        key = act.new_id()
        batches.append(Run(id=key, kind=kind, side=side, subject=key, party=key, enqueued_at=act.now, members=members))
    Run.unscoped.bulk_create([*made, *batches], batch_size=2000)
    with connection.cursor() as cursor:
        for batch in batches:
            cursor.execute("select levee_defer(%s, %s, %s, %s, %s)", [kind, batch.id, side, 0, priority])


def enqueue(
    act: Act,
    kind: str,
    *,
    subject: UUID,
    party: UUID | None = None,
    delay: timedelta = timedelta(0),
    priority: int = 0,
) -> UUID:
    """Put work into the queue; it commits with the act or not at all.

    Args:
        act: the unit of work that asks for it.
        kind: a registered kind of job.
        subject: what the work is about.
        party: for whom it acts, and so what it sees; the run itself where none is given, and then it sees only
            what is granted to it.
        delay: not before so much of the machine's own time has passed.
        priority: higher goes first; `AFTER_ALL_ELSE` for what comes in floods and takes long.

    Returns:
        The run's random key, which is also the key of the service actor.
    """
    run, side = act.new_id(), side_of_kind(kind)
    Run.unscoped.bulk_create(
        [Run(id=run, kind=kind, side=side, subject=subject, party=party or run, enqueued_at=act.now)]
    )  # bulk_create never reads back, which the row's visibility would forbid
    with connection.cursor() as cursor:
        cursor.execute("select levee_defer(%s, %s, %s, %s, %s)", [kind, run, side, delay.total_seconds(), priority])
    return run
