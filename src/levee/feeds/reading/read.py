from __future__ import annotations

from typing import TYPE_CHECKING

from levee.feeds.kinds import Kind
from levee.feeds.reading import records, signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from levee.feeds.reading.items import Item, Member, Refusal

_READERS: Mapping[Kind, Callable[[Iterable[Member | Refusal]], Iterator[Item]]] = {
    Kind.OSV: records.osv,
    Kind.CSAF: records.csaf,
    Kind.KEV: signals.kev,
    Kind.EPSS: signals.epss,
    Kind.SSVC: signals.ssvc,
    Kind.WEAPONS: signals.weapons,
}


def read(kind: Kind, source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """Everything that the files of a feed hold.

    Args:
        kind: how to read them; not `LEVEE`, whose parts are of the other kinds.
        source: such as `members(path)`; what it raises is raised here.

    Returns:
        What the feed says of itself, its documents or statements, and what could not be taken, in no certain order.
    """
    return _READERS[kind](source)
