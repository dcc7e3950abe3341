"""Feeds that are followed no longer: stopped for a while, or removed with all that they said."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.feeds.events import CatalogueGone
from levee.feeds.kinds import Kind, Says
from levee.feeds.loading import RECORDS_AT_ONCE, SIGNALS_AT_ONCE, batches, end_records, end_signals
from levee.feeds.models import Feed, Record, Signal
from levee.feeds.services.choosing import PULL, followed, log
from levee.feeds.services.running import alone, spool_of
from levee.kernel.errors import Conflict
from levee.platform.database.acting import acting
from levee.platform.files import make_private_folder
from levee.platform.jobs import enqueue
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

STOP = "feeds.stop"
START = "feeds.start"
REMOVE = "feeds.remove"


def stop(actor: Actor, name: str) -> None:
    """Look at a feed's source no more until it is started again; what is held stays, and its age grows.

    Args:
        actor: a coordinator of the clearinghouse.
        name: of the feed.

    Raises:
        NotFound: there is none by that name. Conflict: it is stopped.
    """
    _decide(actor, name, STOP, stopped=False)


def start(actor: Actor, name: str) -> None:
    """Look at a stopped feed's source again, at once and then at its hours; raises as `stop` does."""
    _decide(actor, name, START, stopped=True)


def remove(actor: Actor, name: str) -> None:
    """Follow a feed no more and take back all that it said: matches end, and whoever was told is told to stand down.

    Args:
        actor: a coordinator of the clearinghouse.
        name: of the feed.

    Raises:
        NotFound: there is none by that name.
    """
    _decide(actor, name, REMOVE, stopped=None)


def _decide(actor: Actor, name: str, job: str, *, stopped: bool | None) -> None:
    with acting(actor) as act:
        demand(act, Action.FEED_MANAGE)
        feed = followed(name)
        if stopped is not None and (feed.stopped_at is not None) is not stopped:
            raise Conflict(f"this feed is {'not stopped' if stopped else 'stopped already'}", place="name")
        enqueue(act, job, subject=feed.id, party=clearinghouse())
        log(act, feed, job.partition(".")[2])


def carry_out_stop(actor: Actor, feed: UUID) -> None:
    """The handler of `STOP`."""
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        mine = Feed.unscoped.filter(id=feed, stopped_at=None, removed_at=None)
        mine.update(stopped_at=act.now, scheduled=None)


def carry_out_start(actor: Actor, feed: UUID) -> None:
    """The handler of `START`."""
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        row = Feed.unscoped.filter(id=feed, removed_at=None).exclude(stopped_at=None).first()
        if row is not None:
            pulled = enqueue(act, PULL, subject=feed, party=clearinghouse()) if row.urls else None
            Feed.unscoped.filter(id=feed).update(stopped_at=None, scheduled=pulled)


def carry_out_removal(actor: Actor, feed: UUID) -> None:
    """The handler of `REMOVE`: what came through it goes with it. Safe to run again after being killed.

    Raises:
        Conflict: it is being taken at this moment; the job tries again.
    """
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        row = Feed.unscoped.get(id=feed)
        through = list(Feed.unscoped.filter(via=feed).values_list("id", flat=True))
    spool = spool_of(row)
    make_private_folder(spool)
    with alone(spool, row.name):
        for each in [*through, feed]:
            _take_back(actor, each)
    shutil.rmtree(spool, ignore_errors=True)


def _take_back(actor: Actor, feed: UUID) -> None:
    with acting(actor) as act:
        Feed.unscoped.filter(id=feed, removed_at=None).update(removed_at=act.now, scheduled=None)
        row = Feed.unscoped.get(id=feed)
        if row.kind == Kind.KEV and row.since is not None:
            act.announce(CatalogueGone(subject=feed))
        records = list(Record.unscoped.filter(feed=feed, gone_at=None).values_list("name", flat=True))
        said = list(Signal.unscoped.filter(feed=feed, gone_at=None).values_list("vulnerability", "says"))
    for names in batches(records, RECORDS_AT_ONCE):
        end_records(actor, row, names)
    for some in batches(said, SIGNALS_AT_ONCE):
        end_signals(actor, row, [(vulnerability, Says(says)) for vulnerability, says in some])
