"""Making what came the state of a feed: batch by batch, each one a transaction with its own announcement.

Killed at any point, the next run finds what is already there by its digest and goes on with the rest.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from levee.feeds.attempts import State, finish, keep_out
from levee.feeds.events import RecordsChanged, SignalsChanged
from levee.feeds.gathering import Documents, HeldRecord, HeldSignal, Key, Notes, Statements, shrunk
from levee.feeds.kinds import Kind, Says
from levee.feeds.models import Record, Signal
from levee.platform.database.acting import acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from levee.feeds import types
    from levee.feeds.attempts import Attempt, Delivery
    from levee.feeds.models import Feed
    from levee.feeds.reading.items import Document
    from levee.policy.actors import Actor

_T = TypeVar("_T")
RECORDS_AT_ONCE = 2000
SIGNALS_AT_ONCE = 20_000


def take(actor: Actor, attempt: Attempt, delivery: Delivery) -> types.Load:
    """Make what came the state of the feed, unless there is reason not to believe it.

    Args:
        actor: a run of the clearinghouse.
        attempt: as begun.
        delivery: what came.

    Returns:
        The load as it ended: loaded, or kept out with an alarm.

    Raises:
        BadInput: it is cut off or damaged as a whole; nothing of it was taken.
    """
    if Kind(attempt.feed.kind).holds_records:
        return _take_records(actor, attempt, delivery)
    return _take_signals(actor, attempt, delivery)


def _take_records(actor: Actor, attempt: Attempt, delivery: Delivery) -> types.Load:
    feed = attempt.feed
    with acting(actor):
        held = {
            name: HeldRecord(bytes(digest), modified)
            for name, digest, modified in Record.unscoped.filter(feed=feed.id, gone_at=None)
            .values_list("name", "digest", "modified")
            .iterator(chunk_size=10_000)
        }
    with Documents(held, attempt.spool) as found:
        found.gather(delivery.items, lambda done: attempt.tell("reading", done, None))
        doubt = _doubt(
            feed, delivery, found.notes, held=len(held), came=found.came, staying=len(held) - len(found.gone())
        )
        if doubt:
            return keep_out(actor, attempt, found.notes, doubt)
        done = 0
        for batch in batches(found.changes(), RECORDS_AT_ONCE):
            _keep_records(actor, feed, batch)
            done += len(batch)
            attempt.tell("keeping", done, found.changed)
        gone = found.gone() if delivery.whole else []
        for names in batches(gone, RECORDS_AT_ONCE):
            end_records(actor, feed, names)
        total = found.came if delivery.whole else found.held
        state = State(total, found.changed, len(gone), found.digest(whole=delivery.whole))
        return finish(actor, attempt, delivery, found.notes, state)


def _keep_records(actor: Actor, feed: Feed, batch: Sequence[Document]) -> None:
    with acting(actor) as act:
        key = act.new_id()
        fresh = [
            Record(
                id=act.new_id(),
                feed=feed.id,
                name=each.name,
                shard=hashlib.sha256(each.name.encode()).digest()[0],
                digest=each.digest,
                packed=each.packed,
                modified=each.modified,
                batch=key,
            )
            for each in batch
        ]
        Record.unscoped.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["feed", "name"],
            update_fields=["digest", "packed", "modified", "batch", "gone_at"],
        )
        act.announce(RecordsChanged(subject=key))


def end_records(actor: Actor, feed: Feed, names: Sequence[str]) -> None:
    """Note that a feed holds these advisories no longer."""
    with acting(actor) as act:
        key = act.new_id()
        Record.unscoped.filter(feed=feed.id, name__in=names).update(gone_at=act.now, batch=key)
        act.announce(RecordsChanged(subject=key))


def _take_signals(actor: Actor, attempt: Attempt, delivery: Delivery) -> types.Load:
    feed = attempt.feed
    with acting(actor) as act:
        held: dict[Key, HeldSignal] = {
            (vulnerability, Says(says)): HeldSignal(value, at)
            for vulnerability, says, value, at in Signal.unscoped.filter(feed=feed.id, gone_at=None)
            .values_list("vulnerability", "says", "value", "at")
            .iterator(chunk_size=20_000)
        }
        found = Statements(held, now=act.now)
    found.gather(delivery.items, lambda done: attempt.tell("reading", done, None))
    doubt = _doubt(feed, delivery, found.notes, held=len(held), came=found.came, staying=len(held) - len(found.gone()))
    if doubt:
        return keep_out(actor, attempt, found.notes, doubt)
    changes = found.changes()
    done = 0
    for batch in batches(changes, SIGNALS_AT_ONCE):
        _keep_signals(actor, feed, batch)
        done += len(batch)
        attempt.tell("keeping", done, len(changes))
    gone = found.gone() if delivery.whole else []
    for keys in batches(gone, SIGNALS_AT_ONCE):
        end_signals(actor, feed, keys)
    return finish(actor, attempt, delivery, found.notes, State(found.came, len(changes), len(gone), found.digest()))


def _keep_signals(actor: Actor, feed: Feed, batch: Sequence[tuple[Key, HeldSignal]]) -> None:
    with acting(actor) as act:
        key = act.new_id()
        fresh = [
            Signal(
                id=act.new_id(),
                feed=feed.id,
                vulnerability=vulnerability,
                says=says,
                value=each.value,
                at=each.at,
                batch=key,
            )
            for (vulnerability, says), each in batch
        ]
        Signal.unscoped.bulk_create(
            fresh,
            batch_size=4000,
            update_conflicts=True,
            unique_fields=["vulnerability", "feed", "says"],
            update_fields=["value", "at", "batch", "gone_at"],
        )
        act.announce(SignalsChanged(subject=key))


def end_signals(actor: Actor, feed: Feed, keys: Sequence[Key]) -> None:
    """Note that a feed says this no longer."""
    with acting(actor) as act:
        key = act.new_id()
        for says in {each[1] for each in keys}:
            names = [each[0] for each in keys if each[1] == says]
            Signal.unscoped.filter(feed=feed.id, says=says, vulnerability__in=names).update(gone_at=act.now, batch=key)
        act.announce(SignalsChanged(subject=key))


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Cut into lists of at most so many."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _doubt(feed: Feed, delivery: Delivery, notes: Notes, *, held: int, came: int, staying: int) -> str:
    """Why it should not be believed; empty where it may."""
    if delivery.accept:
        return ""
    if not held and not came:
        first = f": {notes.refusals[0].place}: {notes.refusals[0].reason}" if notes.refusals else ""
        return f"nothing in it could be taken{first}"
    stands = staying if delivery.whole else delivery.listed
    if stands is not None and shrunk(held=held, came=stands):
        return f"of {held} that are held it still has {stands}: more than half of it is missing"
    older = feed.data_at is not None and notes.data_at is not None and notes.data_at < feed.data_at
    if delivery.whole and older and not Kind(feed.kind).holds_records:
        return f"its data are of {notes.data_at:%Y-%m-%d %H:%M}, older than those held ({feed.data_at:%Y-%m-%d %H:%M})"
    return ""
