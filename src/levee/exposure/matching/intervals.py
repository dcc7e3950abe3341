"""What an advisory says, as half-open intervals of sort keys: what can be stored, indexed and joined on. Pure.

A component whose key lies in none of a record's intervals for its package is not concerned by that record. Where the
record cannot be put into intervals of the ecosystem's own order, its interval is everything and not `certain`: only
the record itself answers then. The same holds for a component whose version has no key.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from levee.formats import loosely, osv
from levee.formats.package_identity import fold_name
from levee.formats.versions import after, scheme_of_ecosystem, sort_key
from levee.formats.versions.rpm import at_no_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")
LONGEST = 1000
NO_END = b"\xff"
"""Above every key: the first byte of a key is the length of a number or a small mark."""


class Interval(NamedTuple):
    """Versions of one package that an advisory concerns: `lo <= key < hi`.

    Attributes:
        ecosystem: without a release. name: folded. releases: those of a distribution that are meant, `:` between them;
            empty for all.
        certain: inside means affected, for a component of such a release and a known epoch; else the record itself has
            to be asked, and where all that is known is a CPE or a bare name it is never sure.
    """

    ecosystem: str
    name: str
    releases: str
    lo: bytes
    hi: bytes
    certain: bool

    def holds(self, key: bytes) -> bool:
        """Whether a version lies inside."""
        return self.lo <= key < self.hi

    def meant(self, release: str) -> bool:
        """Whether a component of that release may be meant; one that states no release may always be."""
        return not release or not self.releases or release in self.releases.split(":")


def intervals(record: osv.Record) -> tuple[Interval, ...]:
    """All intervals of a record, each once; none where it was withdrawn."""
    if record.withdrawn is not None:
        return ()
    return tuple(dict.fromkeys(each for block in record.affected for each in _of_block(block)))


def _of_block(block: osv.Affected) -> Iterator[Interval]:
    ecosystem, _, releases = block.ecosystem.partition(":")
    if not ecosystem:
        return
    name = fold_name(ecosystem, block.name)
    if len(name) + len(releases) > LONGEST:  # no component has it, and no index would take it
        return
    # one that holds nothing still says that the record is about the package, which a version without a key asks for
    scheme = scheme_of_ecosystem(ecosystem) or ""
    bounds = _bounds(block, scheme)
    if scheme == "rpm":
        bounds += _without_epochs(block, bounds)
    for lo, hi, certain in bounds or [(b"", b"", False)]:
        yield Interval(ecosystem, name, releases, lo, hi, certain and ecosystem not in loosely.SAID)


def _without_epochs(
    block: osv.Affected, bounds: Sequence[tuple[bytes, bytes, bool]]
) -> list[tuple[bytes, bytes, bool]]:
    """What a version that leaves its epoch out, and so has the key of epoch 0, is to be asked about besides.

    Most advisories begin with the first version of all, and hold every such key as it is.
    """
    found = (at_no_epoch(lo, hi, epoch) for epoch in block.epochs if epoch for lo, hi, _ in bounds)
    return [
        (*each, False) for each in found if each and not any(lo <= each[0] and each[1] <= hi for lo, hi, _ in bounds)
    ]


def _bounds(block: osv.Affected, scheme: str) -> list[tuple[bytes, bytes, bool]]:
    ranges = [part for part in block.ranges if part.kind is not osv.RangeKind.GIT]
    if not ranges and not block.versions:
        return [(b"", NO_END, False)]
    found: list[tuple[bytes, bytes, bool]] = []
    for part in ranges:
        spans = osv.spans(part, scheme) if part.kind is osv.RangeKind.ECOSYSTEM or scheme == "semver" else None
        if spans is None:
            return [(b"", NO_END, False)]
        found += [(span.lo, NO_END if span.hi is None else span.hi, True) for span in spans]
    listed = {key for version in block.versions if (key := sort_key(scheme, version)) is not None}
    outside = [key for key in sorted(listed) if not any(lo <= key < hi for lo, hi, _ in found)]
    found += [(key, after(key), True) for key in outside]
    too_long = [lo for lo, hi, _ in found if len(lo) + len(hi) > LONGEST]
    return [(b"", NO_END, False)] if too_long else found


def packages(found: Iterable[Interval]) -> frozenset[tuple[str, str]]:
    """The packages that intervals speak of: ecosystem without a release, folded name."""
    return frozenset((each.ecosystem, each.name) for each in found)


class Index(Generic[T]):
    """Intervals in memory, by package: who holds a key is found without looking at most of them.

    Nearly all intervals begin with the first version. Those are kept by their ends, so that the ones which hold a key
    are a slice; only the others are looked at one by one.
    """

    def __init__(self, rows: Iterable[tuple[str, bytes, bytes, T]]) -> None:
        """Build it from rows of package (`ecosystem:name`), lo, hi, and whatever is to be found."""
        ends: dict[str, list[tuple[bytes, T]]] = {}
        self._rest: dict[str, list[tuple[bytes, bytes, T]]] = {}
        for package, lo, hi, what in rows:
            if lo:
                self._rest.setdefault(package, []).append((lo, hi, what))
            else:
                ends.setdefault(package, []).append((hi, what))
        self._ends: dict[str, tuple[list[bytes], list[T]]] = {}
        for package, found in ends.items():
            found.sort(key=_end)
            self._ends[package] = ([hi for hi, _ in found], [what for _, what in found])

    def holding(self, package: str, key: bytes) -> list[T]:
        """What is kept for the intervals of a package that hold a key."""
        ends = self._ends.get(package)
        found = ends[1][bisect_right(ends[0], key) :] if ends is not None else []
        rest = self._rest.get(package)
        if rest is not None:
            found += [what for lo, hi, what in rest if lo <= key < hi]
        return found

    def every(self, package: str) -> list[T]:
        """What is kept for all intervals of a package."""
        ends = self._ends.get(package)
        return [*(ends[1] if ends is not None else ()), *(what for _, _, what in self._rest.get(package, ()))]


def _end(pair: tuple[bytes, object]) -> bytes:
    return pair[0]
