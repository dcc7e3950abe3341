"""Taking a feed's newest state: fetched from its source, or read from what somebody brought."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.feeds import attempts, ways
from levee.feeds.attempts import Attempt
from levee.feeds.kinds import Kind
from levee.feeds.loading import take
from levee.feeds.models import Feed
from levee.feeds.services import houses
from levee.feeds.types import CameBy
from levee.kernel.errors import BadInput, Conflict, LeveeError, NotFound
from levee.kernel.progress import nobody
from levee.kernel.sides import Side
from levee.platform.database.acting import acting, as_principal
from levee.platform.files import make_private_folder
from levee.platform.models import Run
from levee.platform.ports import ports
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from levee.feeds import types
    from levee.kernel.progress import Tell


@contextmanager
def by_hand() -> Iterator[Actor]:
    """A run of the clearinghouse for whoever works on the host, which ends with the block."""
    key = ports().ids.new()
    with as_principal(key):
        Run.unscoped.bulk_create(
            [
                Run(
                    id=key,
                    kind="feeds.by_hand",
                    side=Side.OPERATORS,
                    subject=key,
                    party=clearinghouse(),
                    enqueued_at=ports().clock.now(),
                )
            ]
        )
    try:
        yield Actor(
            id=key,
            kind=PrincipalKind.SERVICE,
            party=clearinghouse(),
            organisation_kind=OrganisationKind.CLEARINGHOUSE,
            standing=Standing.JOINED,
        )
    finally:
        with as_principal(key):
            Run.unscoped.filter(id=key).update(ended_at=ports().clock.now())


def by_name(actor: Actor, name: str) -> UUID:
    """The key of a feed.

    Raises:
        NotFound: there is none by that name.
    """
    with acting(actor):
        found = Feed.unscoped.filter(name=name, removed_at=None).values_list("id", flat=True).first()
    if found is None:
        raise NotFound("there is no such feed", place=name, advice="levee feeds add NAME follows one")
    return found


def pull(
    actor: Actor, feed: UUID, *, tell: Tell = nobody, load: UUID | None = None, accept: bool = False
) -> types.Load:
    """Fetch what is new of a feed and make it the state that is held.

    Safe to run again after being killed at any point: what was fetched is gone on with, what was kept is kept.

    Args:
        actor: a run of the clearinghouse.
        feed: which one.
        tell: hears of progress: what is done, how many, of how many.
        load: the row of whoever asked for it.
        accept: take it although it shrank or is older.

    Raises:
        NotFound: there is no such feed, or nothing at its address. Unavailable: it does not answer.
        BadInput: it cannot be read, or a signature does not hold. Conflict: it is being taken at this moment.
    """
    with _attempt(actor, feed, load, by=CameBy.NETWORK, place="", tell=tell) as attempt:
        if attempt.feed.stopped_at:
            raise Conflict("this feed was stopped", place=attempt.feed.name, advice="levee feeds start NAME")
        if not attempt.feed.urls:
            raise BadInput("this feed has no address", place=attempt.feed.name, advice="load it from a file or folder")
        if attempt.feed.kind == Kind.LEVEE:
            return houses.pull(actor, attempt, accept=accept)
        with ways.from_source(attempt, accept=accept) as delivery:
            return attempts.unchanged(actor, attempt) if delivery is None else take(actor, attempt, delivery)


def load(
    actor: Actor,
    feed: UUID,
    path: Path,
    *,
    tell: Tell = nobody,
    load: UUID | None = None,
    accept: bool = False,
    place: str = "",
) -> types.Load:
    """Make what a file, an archive or a folder holds the state of a feed.

    Args:
        actor: a run of the clearinghouse.
        feed: which one.
        path: on this host.
        tell: as for `pull`; `load`, `accept` too.
        load: see `tell`.
        accept: see `tell`.
        place: what to call it; the path's own name where none is given.

    Raises:
        As `pull`.
    """
    place = place or path.name
    with _attempt(actor, feed, load, by=CameBy.FOLDER, place=place, tell=tell) as attempt:
        if attempt.feed.kind == Kind.LEVEE:
            return houses.load(actor, attempt, path, accept=accept)
        return take(actor, attempt, ways.from_path(Kind(attempt.feed.kind), path, place=place, accept=accept))


@contextmanager
def _attempt(actor: Actor, feed: UUID, load: UUID | None, *, by: CameBy, place: str, tell: Tell) -> Iterator[Attempt]:
    with acting(actor):
        row = Feed.unscoped.filter(id=feed, removed_at=None).first()
    if row is None:
        raise NotFound("there is no such feed")
    spool = spool_of(row)
    make_private_folder(spool)
    with alone(spool, row.name):
        begun = attempts.begin(actor, row, load, by=by, place=place or next(iter(row.urls), ""))
        attempt = Attempt(load=begun, feed=row, spool=spool, tell=partial(_told, tell, row.name))
        try:
            yield attempt
        except LeveeError as error:
            attempts.failed(actor, attempt, str(error))
            raise


def _told(tell: Tell, name: str, what: str, done: int, total: int | None) -> None:
    tell(f"{name}: {what}", done, total)


def spool_of(feed: Feed) -> Path:
    """Where a feed's fetched files wait.

    Raises:
        LookupError: this process has no folder for what is fetched.
    """
    folder = ports().fetched
    if folder is None:
        message = "this process has no folder for what is fetched: wire it in levee.app"
        raise LookupError(message)
    return folder / "feeds" / str(feed.id)


@contextmanager
def alone(spool: Path, name: str) -> Iterator[None]:
    """Hold the feed; a process that is killed lets go of it."""
    with (spool / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "this feed is being taken at this moment", place=name, advice="wait for it to end"
            ) from error
        yield
