"""Attempts to take a feed: how they begin and end, and what is noted of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.feeds import rows
from levee.feeds.events import CatalogueHeld, FeedAlarmed
from levee.feeds.gathering import Notes
from levee.feeds.kinds import Kind
from levee.feeds.models import Feed, Load
from levee.feeds.types import CameBy, LoadState
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from levee.feeds import types
    from levee.feeds.reading.items import Item
    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

MOST_SKEW = timedelta(minutes=5)
AHEAD = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What came, and how.

    Attributes:
        by, place: the way, and from where. items: everything read of it.
        whole: it is the feed's whole state, so what it does not hold is gone; else only what changed.
        accept: somebody looked at it and takes it although it shrank or is older.
        listed: how many the source lists in all, where it is not whole.
        size: bytes. known: for the next conditional request. cursor: how far the source was followed, told from the
            date of the newest that came, once everything was read. clock: the server's own, as it answered.
    """

    by: CameBy
    place: str
    items: Iterable[Item]
    whole: bool = True
    accept: bool = False
    listed: int | None = None
    size: int = 0
    known: dict[str, str] = field(default_factory=dict)
    cursor: Callable[[datetime | None], str] = lambda _newest: ""
    clock: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A load under way: its row, and the feed as it stood when it began."""

    load: UUID
    feed: Feed
    spool: Path
    tell: Tell


@dataclass(frozen=True, slots=True)
class State:
    """What is held afterwards, and what that changed."""

    held: int
    changed: int
    gone: int
    digest: str


def finish(actor: Actor, attempt: Attempt, delivery: Delivery, notes: Notes, state: State) -> types.Load:
    """Note what is held now, by what way it came, and that the load is done."""
    feed = attempt.feed
    with acting(actor) as act:
        data_at = _data_at(feed, delivery, notes)
        day = f"{data_at:%Y-%m-%d}" if data_at else "undated"
        version = f"{feed.name}:{day}:{state.digest[:12]}"
        Feed.unscoped.filter(id=feed.id).update(
            known=delivery.known,
            cursor=delivery.cursor(data_at),
            held=state.held,
            since=feed.since or act.now,
            data_at=data_at,
            edition=notes.edition,
            version=version,
            fetched_at=act.now,
            checked_at=act.now,
            came_by=delivery.by,
            place=delivery.place,
            note=odd_dates(data_at, delivery.clock, now=act.now),
            alarm="",
            failure="",
        )
        ended = _end(
            act,
            attempt,
            notes,
            state=LoadState.LOADED,
            size=delivery.size,
            changed=state.changed,
            gone=state.gone,
            version=version,
        )
        if feed.since is None and feed.kind == Kind.KEV:
            act.announce(CatalogueHeld(subject=feed.id))
        _log(act, feed, {"version": version, "changed": state.changed, "gone": state.gone, "refused": notes.refused})
        return ended


def _data_at(feed: Feed, delivery: Delivery, notes: Notes) -> datetime | None:
    """Of when the data are: the newest of all, where only what changed came."""
    dates = [notes.data_at] if delivery.whole else [notes.data_at, feed.data_at]
    return max(filter(None, dates), default=None)


def keep_out(actor: Actor, attempt: Attempt, notes: Notes, why: str) -> types.Load:
    """Note why what came is not taken; what is held stays, and somebody is told."""
    with acting(actor) as act:
        Feed.unscoped.filter(id=attempt.feed.id).update(alarm=why, checked_at=act.now)
        if attempt.feed.alarm != why:  # one letter for one alarm, not one for each look
            act.announce(FeedAlarmed(subject=attempt.feed.id))
        _log(act, attempt.feed, {"kept_out": True})
        return _end(act, attempt, notes, state=LoadState.KEPT_OUT, why=why)


def unchanged(actor: Actor, attempt: Attempt) -> types.Load:
    """Note that a feed was looked at and is as it was."""
    with acting(actor) as act:
        Feed.unscoped.filter(id=attempt.feed.id).update(checked_at=act.now, failure="")
        return _end(act, attempt, Notes(), state=LoadState.UNCHANGED)


def failed(actor: Actor, attempt: Attempt, why: str) -> None:
    """Note why a feed could not be taken; what is held stays."""
    with acting(actor) as act:
        Feed.unscoped.filter(id=attempt.feed.id).update(failure=why)
        _end(act, attempt, Notes(), state=LoadState.FAILED, why=why)


def finish_house(
    actor: Actor, attempt: Attempt, notes: Notes, loads: Sequence[types.Load], *, place: str, note: str
) -> types.Load:
    """Note what another house handed on; each of its feeds has a load of its own."""
    kept_out = [each for each in loads if each.state is LoadState.KEPT_OUT]
    with acting(actor) as act:
        Feed.unscoped.filter(id=attempt.feed.id).update(
            held=notes.read,
            since=attempt.feed.since or act.now,
            fetched_at=act.now,
            checked_at=act.now,
            came_by=CameBy.HOUSE,
            place=place,
            note=note,
            failure="",
        )
        return _end(
            act,
            attempt,
            notes,
            state=LoadState.LOADED if loads else LoadState.UNCHANGED,
            changed=len(loads),
            why=f"{len(kept_out)} of its feeds were kept out" if kept_out else "",
        )


def refuse(actor: Actor, load: UUID, why: str) -> None:
    """End a load that never began, such as one of a feed that is being taken."""
    with acting(actor) as act:
        Load.unscoped.filter(id=load, ended_at=None).update(state=LoadState.FAILED, ended_at=act.now, why=why)


def begin(actor: Actor, feed: Feed, load: UUID | None, *, by: CameBy, place: str) -> UUID:
    """Note that a load begins; those of the same feed that were cut off end as failed."""
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        mine = Load.unscoped.filter(feed=feed.id)
        mine.filter(state=LoadState.RUNNING).update(state=LoadState.FAILED, ended_at=act.now, why="it was cut off")
        if load is not None:
            mine.filter(id=load).update(state=LoadState.RUNNING)
            return load
        key = act.new_id()
        Load.unscoped.bulk_create(
            [
                Load(
                    id=key,
                    feed=feed.id,
                    principal=actor.id,
                    asked_at=act.now,
                    state=LoadState.RUNNING,
                    came_by=by,
                    place=place,
                )
            ]
        )
        return key


def _end(act: Act, attempt: Attempt, notes: Notes, *, state: LoadState, **told: Any) -> types.Load:  # noqa: ANN401 - columns of a load
    mine = Load.unscoped.filter(id=attempt.load)
    mine.update(
        ended_at=act.now,
        state=state,
        read=notes.read,
        refused=notes.refused,
        refusals=[asdict(each) for each in notes.refusals],
        **told,
    )
    return rows.load(mine.get())


def _log(act: Act, feed: Feed, fields: dict[str, object]) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.FEED_RECORD, subject=feed.id, fields=fields)


def odd_dates(data_at: datetime | None, clock: datetime | None, *, now: datetime) -> str:
    """What is odd about the dates, in words; empty where nothing is.

    Args:
        data_at: of the data.
        clock: the server's.
        now: this machine's.
    """
    told = []
    if data_at is not None and data_at > now + AHEAD:
        told.append(f"The data are dated {data_at:%Y-%m-%d %H:%M}, which is in the future: a clock is wrong.")
    if clock is not None and abs(clock - now) > MOST_SKEW:
        hours = (now - clock) / timedelta(hours=1)
        way = "ahead of" if hours > 0 else "behind"
        told.append(f"This machine's clock is {abs(hours):.1f} hours {way} the server's.")
    return " ".join(told)
