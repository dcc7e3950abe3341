"""Handing on what is held, signed, for those who cannot reach the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.feeds.kinds import Kind
from levee.feeds.models import Feed, Record, Signal
from levee.feeds.reading.items import unpacked
from levee.feeds.signed import keys, parts, repository
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def found_root(actor: Actor, key_folder: Path, offline: Path, *, amount: int = 3, threshold: int = 2) -> bytes:
    """Make the root keys of this house's feeds, and its first root.

    Args:
        actor: a run of the clearinghouse.
        key_folder: of the keys that sign day by day.
        offline: a new folder for the root keys, which is taken away from this machine.
        amount: of root keys.
        threshold: how many of them make a new root.

    Returns:
        The root metadata, to be handed to other houses by another way than the feeds.
    """
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        root = keys.found(key_folder, offline, now=act.now, keys=amount, threshold=threshold)
        _log(act, {"step": "root"})
        return root


def renew_root(actor: Actor, key_folder: Path, offline: Sequence[Path], *, fresh: bool = False) -> bytes:
    """Sign a new root with the offline keys: for another year, or with fresh keys for the day.

    Args:
        actor: a run of the clearinghouse.
        key_folder: of the keys that sign day by day.
        offline: files of root keys.
        fresh: replace the day's keys.

    Raises:
        BadInput: these keys are not enough. NotFound: there is no root yet.
    """
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        root = keys.renew(key_folder, offline, now=act.now, fresh=fresh)
        _log(act, {"step": "renew root"})
        return root


def publish(actor: Actor, key_folder: Path, folder: Path, *, tell: Tell) -> int:
    """Write everything that is held as a signed repository; again within a day, or readers take it for frozen.

    Args:
        actor: a run of the clearinghouse.
        key_folder: of the keys that sign day by day.
        folder: what any web server then serves, or what is carried over as a tar.
        tell: hears of progress.

    Returns:
        The version that was written.

    Raises:
        NotFound: the house has no root yet.
    """
    with acting(actor) as act:
        demand(act, Action.FEED_RECORD, of=clearinghouse())
        held = list(Feed.unscoped.filter(via=None, removed_at=None).exclude(since=None).order_by("name"))
        files = _files([each for each in held if each.kind != Kind.LEVEE], tell)
        version = repository.write(folder, key_folder, files, now=act.now)
        _log(act, {"step": "publish", "version": version})
        return version


def _files(feeds: Sequence[Feed], tell: Tell) -> Iterator[tuple[str, bytes]]:
    listed = []
    for feed in feeds:
        count = parts.spread(feed.held)
        names = []
        lines = _records if Kind(feed.kind).holds_records else _signals
        for number, rows in enumerate(lines(feed.id, count)):
            tell(f"{feed.name}: packing", number + 1, count)
            name = parts.part_name(feed.name, number)
            names.append(name)
            yield name, parts.packed(rows)
        listed.append(
            parts.Listed(
                name=feed.name,
                title=feed.title,
                kind=feed.kind,
                hours=feed.hours,
                edition=feed.edition,
                data_at=feed.data_at.isoformat() if feed.data_at else "",
                fetched_at=feed.fetched_at.isoformat() if feed.fetched_at else "",
                version=feed.version,
                parts=tuple(names),
            )
        )
    yield parts.INDEX, parts.index(listed)


def _records(feed: UUID, count: int) -> Iterator[Sequence[Mapping[str, object]]]:
    width = parts.SHARDS // count
    for number in range(count):
        found = Record.unscoped.filter(
            feed=feed, gone_at=None, shard__gte=number * width, shard__lt=(number + 1) * width
        ).order_by("name")
        yield [
            parts.document_line(name, unpacked(bytes(packed))) for name, packed in found.values_list("name", "packed")
        ]


def _signals(feed: UUID, count: int) -> Iterator[Sequence[Mapping[str, object]]]:
    """Signals in equal shares of their names' order of digits; small enough to be held at once."""
    cut: list[list[Mapping[str, object]]] = [[] for _ in range(count)]
    found = Signal.unscoped.filter(feed=feed, gone_at=None).order_by("vulnerability", "says")
    for vulnerability, says, value, at in found.values_list("vulnerability", "says", "value", "at"):
        cut[parts.share(vulnerability, count)].append(parts.signal_line(vulnerability, says, value, at))
    yield from cut


def _log(act: Act, fields: dict[str, object]) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.FEED_RECORD, fields=fields)
