"""Feeds that another house hands on: its signatures first, then each of its feeds like any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.feeds import attempts, ways
from levee.feeds.attempts import Attempt
from levee.feeds.gathering import Notes
from levee.feeds.kinds import Kind
from levee.feeds.loading import take
from levee.feeds.models import Feed
from levee.feeds.reading.items import Refusal
from levee.feeds.signed import parts
from levee.feeds.signed.client import SignedFeeds, Trust, from_kit, from_network
from levee.feeds.types import CameBy
from levee.kernel.errors import BadInput, LeveeError
from levee.platform.database.acting import acting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from levee.feeds import types
    from levee.policy.actors import Actor

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def pull(actor: Actor, attempt: Attempt, *, accept: bool) -> types.Load:
    """Take what another house hands on over the network; raises as `running.pull`."""
    with ways.web_of(attempt) as web:
        last: LeveeError | None = None
        for url in attempt.feed.urls:
            try:
                found = from_network(_trust(attempt), url, web, now=_now(actor))
                return _take(actor, attempt, found, place=url, accept=accept, note="")
            except ways.NEXT_ADDRESS as error:
                last = error
        raise last or BadInput("this feed has no address")


def load(actor: Actor, attempt: Attempt, path: Path, *, accept: bool) -> types.Load:
    """Take a kit that was carried over; raises as `running.load`."""
    with from_kit(_trust(attempt), path, now=_now(actor)) as (found, stale):
        return _take(actor, attempt, found, place=path.name, accept=accept, note=_staleness(stale))


def _staleness(stale: timedelta) -> str:
    known = "Carried over by hand: that nothing newer is held back cannot be known offline."
    if not stale:
        return known
    hours = int(stale.total_seconds() // 3600)
    return f"{known} Its signature ran out {hours // 24} days and {hours % 24} hours ago."


def _now(actor: Actor) -> datetime:
    with acting(actor) as act:
        return act.now


def _trust(attempt: Attempt) -> Trust:
    return Trust(bytes(attempt.feed.root or b""), attempt.spool / "trusted")


def _take(actor: Actor, attempt: Attempt, found: SignedFeeds, *, place: str, accept: bool, note: str) -> types.Load:
    listed = parts.read_index(found.get(parts.INDEX).read_bytes())
    notes, ended = Notes(), []
    for at, each in enumerate(listed):
        attempt.tell("taking feeds of another house", at, len(listed))
        try:
            done = _one(actor, attempt, found, each, place=place, accept=accept)
        except LeveeError as error:
            notes.take(Refusal(each.name[:80], str(error)))
            continue
        if done is not None:
            ended.append(done)
    notes.read = len(listed)
    return attempts.finish_house(actor, attempt, notes, ended, place=place, note=note)


def _one(
    actor: Actor, attempt: Attempt, found: SignedFeeds, listed: parts.Listed, *, place: str, accept: bool
) -> types.Load | None:
    if not _NAME.fullmatch(listed.name) or listed.kind not in set(Kind) - {Kind.LEVEE}:
        raise BadInput("its name or kind is none that is read here")
    row = _row(actor, attempt.feed, listed)
    if row.removed_at:
        return None
    if row.version and row.version.partition(":")[2] == listed.version.partition(":")[2]:
        with acting(actor) as act:
            Feed.unscoped.filter(id=row.id).update(checked_at=act.now, failure="")
        return None
    begun = attempts.begin(actor, row, None, by=CameBy.HOUSE, place=place)
    inner = Attempt(load=begun, feed=row, spool=attempt.spool, tell=attempt.tell)
    try:
        held = _fetched(inner, found, listed.parts)
        kind = Kind(listed.kind)
        items = (item for name, path in held for item in parts.read_part(kind, path, name))
        return take(actor, inner, ways.of_house(items, listed.heading(), place=place, accept=accept))
    except LeveeError as error:
        attempts.failed(actor, inner, str(error))
        raise


def _fetched(attempt: Attempt, found: SignedFeeds, names: Sequence[str]) -> list[tuple[str, Path]]:
    held = []
    for at, name in enumerate(names):
        held.append((name, found.get(name)))
        attempt.tell(f"fetching {attempt.feed.name}", at + 1, len(names))
    return held


def _row(actor: Actor, house: Feed, listed: parts.Listed) -> Feed:
    """The feed as it is held here, under the name of the house that it came through; it may have been removed here."""
    name = f"{house.name}.{listed.name}"
    with acting(actor) as act:
        row = Feed.unscoped.filter(name=name, via=house.id).order_by("-added_at").first()
        if row is None:
            row = Feed(
                id=act.new_id(),
                name=name,
                title=f"{listed.title[:200]} (through {house.title})",
                kind=listed.kind,
                urls=[],
                hours=max(house.hours, listed.hours),
                via=house.id,
                added_at=act.now,
            )
            Feed.unscoped.bulk_create([row])
        if row.kind != listed.kind:
            raise BadInput(f"it is {listed.kind} now, where {row.kind} is held")
        return row
