"""Between rows and what is handed out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from levee.feeds import types
from levee.feeds.kinds import Kind
from levee.feeds.reading.items import unpacked
from levee.feeds.types import LoadState

if TYPE_CHECKING:
    from datetime import datetime

    from levee.feeds.models import Feed, Load, Record

HOUR = timedelta(hours=1)
STALE_AFTER = 3
"""Times the interval: one look may fail, and a second one be late."""


def feed(row: Feed, *, now: datetime) -> types.Feed:
    """What is handed out of a feed's row."""
    dated = row.data_at or row.fetched_at
    looked = row.checked_at or row.added_at
    return types.Feed(
        id=row.id,
        name=row.name,
        title=row.title,
        kind=Kind(row.kind),
        urls=tuple(row.urls),
        hours=row.hours,
        via=row.via,
        held=row.held,
        since=row.since,
        data_at=row.data_at,
        edition=row.edition,
        version=row.version,
        fetched_at=row.fetched_at,
        checked_at=row.checked_at,
        came_by=row.came_by,
        place=row.place,
        stopped_at=row.stopped_at,
        hours_old=None if row.fetched_at is None or dated is None else max(0, int((now - dated) / HOUR)),
        stale=now - looked > timedelta(hours=row.hours * STALE_AFTER),
        note=row.note,
        alarm=row.alarm,
        failure=row.failure,
    )


def load(row: Load) -> types.Load:
    """What is handed out of a load's row."""
    return types.Load(
        id=row.id,
        feed=row.feed,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        state=LoadState(row.state),
        came_by=row.came_by,
        place=row.place,
        size=row.size,
        read=row.read,
        changed=row.changed,
        gone=row.gone,
        refused=row.refused,
        refusals=tuple(types.Refusal(**each) for each in row.refusals),
        version=row.version,
        why=row.why,
    )


def record(row: Record, of: Feed) -> types.Record:
    """What is handed out of a record's row."""
    return types.Record(
        id=row.id,
        name=row.name,
        kind=Kind(of.kind),
        document=unpacked(bytes(row.packed)),
        modified=row.modified,
        gone_at=row.gone_at,
        feed=of.name,
        removed=of.removed_at is not None,
        version=of.version,
        title=of.title,
        batch=row.batch,
        digest=bytes(row.digest).hex(),
    )
