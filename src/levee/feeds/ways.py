"""The ways by which feeds come: from their source, by kind, and from a file or folder."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from levee.feeds.attempts import Attempt, Delivery
from levee.feeds.fetching import csaf, osv
from levee.feeds.fetching.walk import Walk
from levee.feeds.fetching.web import Known, Web
from levee.feeds.kinds import Kind
from levee.feeds.reading import Heading, members, read
from levee.feeds.types import CameBy
from levee.kernel.errors import LeveeError, NotFound, Unavailable
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from levee.feeds.reading import Item

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".json", ".csv")
NEXT_ADDRESS = (NotFound, Unavailable)
"""What lets the next address of a feed be tried."""


def web_of(attempt: Attempt) -> Web:
    """The client for a feed."""
    return Web(
        attempt.spool,
        trusted=settings().trusted_feed_hosts,
        tell=lambda done, total: attempt.tell("fetching", done, total),
    )


@contextmanager
def from_source(attempt: Attempt, *, accept: bool) -> Iterator[Delivery | None]:
    """What is new at a feed's source; None where nothing is.

    Raises:
        Unavailable, NotFound: none of its addresses answers; the last one's reason.
    """
    with web_of(attempt) as web:
        found = _first(attempt, web, accept=accept)
        try:
            yield found[0]
        finally:
            if found[1] is not None:
                found[1].unlink(missing_ok=True)


def _first(attempt: Attempt, web: Web, *, accept: bool) -> tuple[Delivery | None, Path | None]:
    last: LeveeError | None = None
    for url in attempt.feed.urls:
        try:
            return _at(attempt, web, url, accept=accept)
        except NEXT_ADDRESS as error:
            last = error
    raise last or NotFound("this feed has no address")


def _at(attempt: Attempt, web: Web, url: str, *, accept: bool) -> tuple[Delivery | None, Path | None]:
    kind = Kind(attempt.feed.kind)
    if kind is Kind.CSAF and not url.endswith(_ARCHIVES[:-2]):
        return _provider(attempt, web, url, accept=accept), None
    if kind is Kind.CSAF and url.endswith("provider-metadata.json"):
        return _provider(attempt, web, url, accept=accept), None
    if kind is Kind.OSV and not url.endswith(_ARCHIVES):
        return _ecosystem(attempt, web, url.rstrip("/"), accept=accept)
    return _file(attempt, web, url, accept=accept)


def _file(
    attempt: Attempt, web: Web, url: str, *, accept: bool, walk: Walk | None = None
) -> tuple[Delivery | None, Path | None]:
    before = attempt.feed.known
    same = before.get("url") == url and not accept
    known = Known(before.get("etag", ""), before.get("last_modified", "")) if same else None
    fetched = web.file(url, known=known)
    if fetched is None:
        return None, None
    path = fetched.path.rename(attempt.spool / (url.rpartition("/")[2].partition("?")[0][-80:] or "feed"))
    delivery = Delivery(
        by=CameBy.NETWORK,
        place=url,
        items=read(Kind(attempt.feed.kind), members(path)),
        accept=accept,
        size=path.stat().st_size,
        known={"url": url, "etag": fetched.known.etag, "last_modified": fetched.known.last_modified},
        cursor=walk.after if walk else lambda _newest: "",
        clock=fetched.at,
    )
    return delivery, path


def _ecosystem(attempt: Attempt, web: Web, base: str, *, accept: bool) -> tuple[Delivery | None, Path | None]:
    walk = Walk() if accept else Walk.read(attempt.feed.cursor)
    found = osv.changes(web, base, walk)
    if found is None:
        return _file(attempt, web, f"{base}/all.zip", accept=accept, walk=Walk())
    if not found.names:
        return None, None
    items = read(Kind.OSV, osv.single(web, base, found, walk))
    return Delivery(
        by=CameBy.NETWORK,
        place=base,
        items=items,
        whole=False,
        known=attempt.feed.known,
        cursor=partial(_reached, walk, found.newest),
    ), None


def _provider(attempt: Attempt, web: Web, url: str, *, accept: bool) -> Delivery | None:
    walk = Walk() if accept else Walk.read(attempt.feed.cursor)
    found = csaf.provider(web, url)
    if not found.problems and not any(walk.wants(each.url, each.changed) for each in found.listed):
        return None
    items = read(Kind.CSAF, csaf.documents(web, found, walk))
    return Delivery(
        by=CameBy.NETWORK,
        place=url,
        items=items,
        whole=False,
        accept=accept,
        listed=len(found.listed),
        cursor=partial(_reached, walk, found.newest),
    )


def _reached(walk: Walk, newest: datetime | None, _data_at: datetime | None) -> str:
    return walk.after(newest)


def from_path(kind: Kind, path: Path, *, place: str, accept: bool) -> Delivery:
    """What a file, an archive or a folder holds.

    Raises:
        NotFound: there is nothing at the path.
    """
    if not path.exists():
        raise NotFound("there is no such file or folder", place=str(path))
    return Delivery(
        by=CameBy.FOLDER,
        place=place,
        items=read(kind, members(path)),
        accept=accept,
        size=path.stat().st_size if path.is_file() else 0,
    )


def of_house(items: Iterable[Item], heading: Heading, *, place: str, accept: bool) -> Delivery:
    """What another house handed on."""
    return Delivery(by=CameBy.HOUSE, place=place, items=_headed(items, heading), accept=accept)


def _headed(items: Iterable[Item], heading: Heading) -> Iterator[Item]:
    yield heading
    yield from items
