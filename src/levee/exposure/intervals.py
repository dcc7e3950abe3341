"""What an advisory says, as half-open intervals of sort keys: what can be stored, indexed and joined on. Pure.

A component whose key lies in none of a record's intervals for its package is not concerned by that record. Where the
record cannot be put into intervals of the ecosystem's own order, its interval is everything and not `certain`: only
the record itself answers then. The same holds for a component whose version has no key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.formats import osv
from levee.formats.package_identity import fold_name
from levee.formats.versions import after, scheme_of_ecosystem, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 1000
NO_END = b"\xff"
"""Above every key: the first byte of a key is the length of a number or a small mark."""


class Interval(NamedTuple):
    """Versions of one package that an advisory concerns: `lo <= key < hi`.

    Attributes:
        ecosystem: without a release. name: folded. releases: those of a distribution that are meant, `:` between them;
            empty for all.
        certain: inside means affected, for a component of such a release; else the record itself has to be asked.
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
    for lo, hi, certain in _bounds(block, scheme_of_ecosystem(ecosystem) or "") or [(b"", b"", False)]:
        yield Interval(ecosystem, name, releases, lo, hi, certain)


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
    outside = (key for key in sorted(listed) if not any(lo <= key < hi for lo, hi, _ in found))
    found += [(key, after(key), True) for key in outside]
    return [(b"", NO_END, False)] if any(len(lo) + len(hi) > LONGEST for lo, hi, _ in found) else found


def packages(found: Iterable[Interval]) -> frozenset[tuple[str, str]]:
    """The packages that intervals speak of: ecosystem without a release, folded name."""
    return frozenset((each.ecosystem, each.name) for each in found)
