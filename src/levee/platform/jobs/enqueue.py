from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.platform.jobs.work import side_of_kind
from levee.platform.models import Run

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act

AFTER_ALL_ELSE = -10


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
