"""OSV by ecosystem: the whole as `all.zip`, what changed by `modified_id.csv` (newest first), each record by its name.

Source: the data dumps that osv.dev describes; any server with the same three names serves as well.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from levee.feeds.reading.items import Member, Refusal, instant, refusal
from levee.kernel.errors import BadInput, LeveeError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from levee.feeds.fetching.walk import Walk
    from levee.feeds.fetching.web import Web

MOST_SINGLE = 400
"""Changed records that are fetched one by one; for more, the whole is less work for both sides."""
_MOST_LIST = 512 << 20


@dataclass(frozen=True, slots=True)
class Changes:
    """The names of what changed, and of when the newest of it is."""

    names: Sequence[str]
    newest: datetime


def changes(web: Web, base: str, walk: Walk) -> Changes | None:
    """What changed since the last time.

    Args:
        web: the client.
        base: address of the ecosystem, such as `https://…/Go`, without a trailing slash.
        walk: how far it was followed.

    Returns:
        Names, or None where the whole is to be fetched: nothing is held yet, the server has no such list, or more
        changed than is fetched one by one.

    Raises:
        BadInput: the list cannot be read. And as `Web.file`.
    """
    if walk.reached is None:
        return None
    try:
        listed = web.data(f"{base}/modified_id.csv", most=_MOST_LIST)
    except NotFound:
        return None
    names = list(walk.again)
    newest = walk.reached
    for row in csv.reader(listed.decode("utf-8", "replace").splitlines()):
        if len(row) != 2:  # noqa: PLR2004 - an instant and a name
            raise BadInput("a line holds a time and a name", code="osv.modified_list", place="modified_id.csv")
        at = instant(row[0], "modified_id.csv")
        if at <= walk.reached:
            break
        newest = max(newest, at)
        names.append(row[1].rpartition("/")[2])
        if len(names) > MOST_SINGLE:
            return None
    return Changes(tuple(dict.fromkeys(names)), newest)


def single(web: Web, base: str, found: Changes, walk: Walk) -> Iterator[Member | Refusal]:
    """The records that changed; one that cannot be fetched is told as such, and tried again next time."""
    for name in found.names:
        place = f"{name}.json"
        try:
            yield Member(place, web.data(f"{base}/{quote(place)}"))
        except LeveeError as error:
            walk.failed.add(name)
            yield refusal(place, error)
