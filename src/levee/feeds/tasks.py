"""Jobs: scheduled pulls, and what somebody asked for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from levee.feeds import attempts
from levee.feeds.models import Feed, Load
from levee.feeds.services import running
from levee.feeds.services.choosing import PULL, TAKE, schedule_next
from levee.feeds.services.ending import (
    REMOVE,
    START,
    STOP,
    carry_out_removal,
    carry_out_start,
    carry_out_stop,
)
from levee.feeds.types import LoadState
from levee.kernel.errors import LeveeError
from levee.platform.blobs.port import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

__all__ = [
    "PULL",
    "REMOVE",
    "START",
    "STOP",
    "TAKE",
    "carry_out_removal",
    "carry_out_start",
    "carry_out_stop",
    "gave_up",
    "pull",
    "take",
]


def pull(actor: Actor, feed: UUID) -> None:
    """The handler of `PULL`: look at a feed's source, then set the next look; one that was stopped is left alone."""
    with acting(actor):
        if not Feed.unscoped.filter(id=feed, scheduled=actor.id, stopped_at=None, removed_at=None).exists():
            return
    running.pull(actor, feed)
    with acting(actor) as act:
        schedule_next(act, feed)


def gave_up(actor: Actor, feed: UUID, _failure: str) -> None:
    """After the last try: why is on the feed's row; the next look comes all the same."""
    with acting(actor) as act:
        schedule_next(act, feed)


def take(actor: Actor, load: UUID) -> None:
    """The handler of `TAKE`: pull a feed, or take it from the file that was handed in."""
    with acting(actor):
        row = Load.unscoped.filter(id=load).first()
    if row is None or row.state not in {LoadState.WAITING, LoadState.RUNNING}:
        return
    try:
        if row.blob is None:
            running.pull(actor, row.feed, load=load, accept=row.accept)
            return
        ref = BlobRef(id=row.blob, size=row.size)
        with TemporaryDirectory(prefix="levee-feed-") as folder:
            path = Path(folder) / (row.place.replace("/", "_").lstrip(".") or "file")
            path.write_bytes(blobs().get(ref))
            running.load(actor, row.feed, path, load=load, accept=row.accept, place=row.place)
        blobs().shred(ref)
    except LeveeError as error:
        attempts.refuse(actor, load, str(error))  # said on its page: trying again by itself would say the same
