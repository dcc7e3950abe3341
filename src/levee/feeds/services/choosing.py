"""What people decide: which sources are followed, and that one is to be taken now."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.feeds import rows, sources
from levee.feeds.kinds import Kind
from levee.feeds.models import Feed, Load
from levee.feeds.types import CameBy, LoadState
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.feeds import types
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

PULL = "feeds.pull"
TAKE = "feeds.take"
LARGEST_FILE = 64 << 20
LARGEST_ROOT = 512_000
MOST_HOURS = 24 * 31
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def add(
    actor: Actor,
    name: str,
    *,
    urls: Sequence[str] = (),
    kind: Kind | None = None,
    title: str = "",
    hours: int = 0,
    root: bytes = b"",
) -> types.Feed:
    """Follow a source from now on; its first pull is put into the queue at once.

    Args:
        actor: a coordinator of the clearinghouse.
        name: of a known source (`kev`, `epss`, `osv-pypi`, …), or a new short name with an address and a kind.
        urls: where it is, the first that answers is taken; none for a feed that is only ever loaded from files.
        kind: what it holds; of a known source, its own.
        title: for people.
        hours: between two looks.
        root: of another house (`Kind.LEVEE`), its root metadata as they were handed over by another way.

    Raises:
        BadInput: a value is missing or wrong. Conflict: it is followed already.
    """
    source = sources.known().named.get(name)
    urls = tuple(urls) or (source.urls if source else ())
    chosen = _checked(name, urls, kind or (source.kind if source else None), hours, root)
    with acting(actor) as act:
        demand(act, Action.FEED_MANAGE)
        if Feed.unscoped.filter(name=name, removed_at=None).exists():
            raise Conflict("this feed is followed already", place="name")
        row = Feed(
            id=act.new_id(),
            name=name,
            title=title.strip() or (source.title if source else name),
            kind=chosen,
            urls=list(urls),
            hours=hours or (source.hours if source else 24),
            root=root or None,
            added_at=act.now,
        )
        if urls:
            row.scheduled = enqueue(act, PULL, subject=row.id, party=clearinghouse())
        Feed.unscoped.bulk_create([row])
        log(act, row, "add")
        return rows.feed(row, now=act.now)


def _checked(name: str, urls: Sequence[str], kind: Kind | None, hours: int, root: bytes) -> Kind:
    if not _NAME.fullmatch(name):
        raise BadInput("a name has lower-case letters, digits and dashes, at most 40", place="name")
    if kind is None:
        raise BadInput(
            f"{name} is no source that is known by name",
            place="kind",
            advice=f"say what it holds: {', '.join(Kind)}, and give its address",
        )
    for each in urls:
        try:
            parts = urlsplit(each)
        except ValueError as error:
            raise BadInput(f"{each[:80]!r} is no address", place="urls") from error
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.password:
            raise BadInput(f"{each[:80]!r} is no https address without a password", place="urls")
    if not 0 <= hours <= MOST_HOURS:
        raise BadInput("between two looks lie 1 to 744 hours", place="hours")
    if len(root) > LARGEST_ROOT:
        raise TooLarge("root metadata have at most 512 kB", place="root")
    if (kind is Kind.LEVEE) is not bool(root):
        message = (
            "another house is trusted by its root alone" if kind is Kind.LEVEE else "only another house has a root"
        )
        raise BadInput(message, place="root", advice="ask its people for root.json, by another way than the network")
    return kind


def ask_pull(actor: Actor, name: str, *, accept: bool = False) -> types.Load:
    """Let a feed be pulled now, by a job.

    Args:
        actor: a coordinator of the clearinghouse.
        name: of the feed.
        accept: take it although it shrank or is older: somebody looked at it.

    Raises:
        NotFound: there is none by that name. BadInput: it has no address.
    """
    return _asked(actor, name, by=CameBy.NETWORK, place="", accept=accept, data=None)


def ask_load(actor: Actor, name: str, data: bytes, *, filename: str, accept: bool = False) -> types.Load:
    """Let a feed be taken from a file that somebody brought, by a job.

    Args:
        actor: a coordinator of the clearinghouse.
        name: of the feed.
        data: the file, an archive or a single one.
        filename: as the sender calls it; its end tells how it is read.
        accept: as for `ask_pull`.

    Raises:
        NotFound: there is none by that name. TooLarge: over 64 MiB; larger ones are loaded on the host.
    """
    if len(data) > LARGEST_FILE:
        raise TooLarge("a file has at most 64 MiB", place="file", advice="levee feeds load NAME PATH, on the host")
    if not data:
        raise BadInput("the file is empty", place="file")
    named = "".join(letter for letter in filename if letter.isprintable()).replace("\\", "/").rpartition("/")[2]
    return _asked(actor, name, by=CameBy.FOLDER, place=named[-200:] or "file", accept=accept, data=data)


def _asked(actor: Actor, name: str, *, by: CameBy, place: str, accept: bool, data: bytes | None) -> types.Load:
    with acting(actor) as act:
        demand(act, Action.FEED_MANAGE)
        feed = followed(name)
        if data is None and feed.stopped_at:
            raise Conflict("this feed was stopped", place="name", advice="start it again, or load it from a file")
        if data is None and not feed.urls:
            raise BadInput("this feed has no address", place="name", advice="load it from a file")
        row = Load(
            id=act.new_id(),
            feed=feed.id,
            principal=actor.id,
            asked_at=act.now,
            state=LoadState.WAITING,
            came_by=by,
            place=place or feed.urls[0],
            accept=accept,
        )
        if data is not None:
            kept = blobs().put(data, holder=clearinghouse())
            row.blob, row.size = kept.id, kept.size
        Load.unscoped.bulk_create([row])
        enqueue(act, TAKE, subject=row.id, party=clearinghouse())
        log(act, feed, "load" if data is not None else "pull")
        return rows.load(row)


def followed(name: str) -> Feed:
    """The row of a feed, in an act that has begun.

    Raises:
        NotFound: there is none by that name.
    """
    feed = Feed.unscoped.filter(name=name, removed_at=None).first()
    if feed is None:
        raise NotFound("there is no such feed", advice="levee feeds list shows those that are followed")
    return feed


def schedule_next(act: Act, feed: UUID) -> None:
    """Put the next pull of a feed into the queue, if the run at hand is the scheduled one.

    The interval is stretched or shortened by up to a tenth, so that not all houses ask at the same minute.
    """
    row = Feed.unscoped.filter(id=feed, scheduled=act.actor.id).first()
    if row is not None:
        seconds = row.hours * 3600
        delay = timedelta(seconds=seconds * 9 // 10 + secrets.randbelow(max(1, seconds // 5)))
        Feed.unscoped.filter(id=feed).update(
            scheduled=enqueue(act, PULL, subject=feed, party=act.actor.party, delay=delay)
        )


def log(act: Act, feed: Feed, step: str) -> None:
    """Note in the ledger what somebody decided about a feed."""
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.FEED_MANAGE,
        subject=feed.id,
        fields={"step": step, "feed": feed.name},
    )
