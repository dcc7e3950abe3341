"""Which components are affected by which advisories, why, and by what upgrade they would not be. Pure.

Intervals say which records have to be asked about a component; the record itself answers, and explains. Aliases are
merged after that, so that no record is lost because another one names the same vulnerability. What cannot be decided
is kept as such, never taken for unaffected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import msgspec

from levee.exposure.matching.intervals import intervals, packages
from levee.exposure.types import Explanation, Source
from levee.formats import osv
from levee.formats.package_identity import Identity, compared, fold_name, identity_of
from levee.formats.purl import parse_purl
from levee.formats.signals import NOTHING_KNOWN
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.formats.versions.rpm import epoch_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.matching.intervals import Interval
    from levee.exposure.types import KnownAdvisory
    from levee.formats.signals import Signals
    from levee.inventory.types import Component

Package = tuple[str, str]
ROUNDS = 4
"""How often a version to go to may turn out to be hit by a further advisory before one that clears less is taken."""


class Shelf(Protocol):
    """Where the texts of records are: few of those that are about a package ever have to be read."""

    def fetch(self, keys: Collection[UUID]) -> None:
        """Bring these at once, because they will be read."""

    def read(self, key: UUID) -> osv.Record:
        """The record as its source states it."""

    def source(self, key: UUID) -> Source:
        """By what way the record came here; asked of those alone that were read."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """A known advisory; one is equal to itself alone, so that it is found by what it is and not by what it says.

    Attributes:
        id: its key here. name, aliases, modified, withdrawn: of the record.
        removed: withdrawn because its source was removed.
        intervals: of versions that it concerns. signals: what is publicly known of its vulnerability.
        shelf: where its text is.
    """

    id: UUID
    name: str
    aliases: tuple[str, ...]
    modified: datetime
    withdrawn: bool
    intervals: tuple[Interval, ...]
    signals: Signals
    shelf: Shelf = field(repr=False, compare=False)
    removed: bool = False

    @cached_property
    def osv(self) -> osv.Record:
        """The record as its source states it."""
        return self.shelf.read(self.id)

    @property
    def packages(self) -> frozenset[Package]:
        """The packages that it speaks of now: ecosystem without a release, folded name."""
        return packages(self.intervals)

    @cached_property
    def revision(self) -> str:
        """When the record was last modified, in RFC 3339."""
        return self.modified.isoformat()


About = tuple[Record, "Sequence[Interval]"]
"""A record, with its intervals for one package."""


class Found(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One component that one record affects, or may affect.

    Attributes:
        vulnerability: one name for all aliases, a CVE where there is one.
        fix: the nearest version without any of the known vulnerabilities; empty where there is none.
        certain: false where the record or the inventory leaves it open.
    """

    component: Component
    record: Record
    vulnerability: str
    fix: str
    certain: bool
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class _InHand:
    """A shelf of one record, which is read already."""

    record: osv.Record

    def fetch(self, keys: Collection[UUID]) -> None:
        """Nothing is to be brought."""

    def read(self, key: UUID) -> osv.Record:  # noqa: ARG002 - there is only this one
        """The record."""
        return self.record

    def source(self, key: UUID) -> Source:  # noqa: ARG002 - the same
        """Nobody said by what way it came."""
        return Source()


class _Hit(msgspec.Struct, frozen=True, gc=False):
    record: Record
    told: osv.Explanation
    fix: str


def read_record(advisory: KnownAdvisory) -> Record:
    """Read a published advisory.

    Raises:
        BadInput: it is not OSV; the place is a JSON pointer.
    """
    return in_hand(advisory.id, osv.osv_record(advisory.osv), advisory.signals)


def in_hand(key: UUID, record: osv.Record, signals: Signals = NOTHING_KNOWN) -> Record:
    """A record that is read already."""
    return Record(
        id=key,
        name=record.id,
        aliases=record.aliases,
        modified=record.modified,
        withdrawn=record.withdrawn is not None,
        intervals=intervals(record),
        signals=signals,
        shelf=_InHand(record),
    )


def examine(components: Iterable[Component], records: Sequence[Record]) -> Sequence[Found]:
    """Hold components against records.

    Args:
        components: as an operator has them.
        records: the known advisories about their packages.

    Returns:
        Every pair that is affected or undecided, in the order of the components.
    """
    listed = list(components)
    vulnerabilities = names(records)
    about = _about(records, {(each.ecosystem, each.name) for each in listed})
    asked = {_asked(each): _Question(each, about[each.ecosystem, each.name]) for each in reversed(listed)}
    _fetch(record for question in asked.values() for record in question.to_be_read())
    seen = {key: question.hits() for key, question in asked.items()}
    return [
        Found(
            component=component,
            record=hit.record,
            vulnerability=vulnerabilities[hit.record.id],
            fix=hit.fix,
            certain=hit.told.answer is osv.Answer.AFFECTED,
            explanation=_explanation(component, hit),
        )
        for component in listed
        for hit in seen[_asked(component)]
    ]


def _asked(component: Component) -> tuple[str, str]:
    """What the answer depends on: the package, and the version that is held against advisories."""
    return component.purl or component.name, component.version


def names(records: Iterable[Record]) -> Mapping[UUID, str]:
    """One name for each vulnerability: records that share an identifier or an alias are about the same one."""
    groups: dict[str, tuple[set[str], list[Record]]] = {}
    for record in records:
        identifiers, members = {record.name, *record.aliases}, [record]
        joined = {id(groups[each]): groups[each] for each in identifiers if each in groups}
        for known, others in joined.values():
            identifiers |= known
            members = others + members
        groups |= dict.fromkeys(identifiers, (identifiers, members))
    chosen = {id(group): (group[1], _name(*group)) for group in groups.values()}
    return {record.id: name for members, name in chosen.values() for record in members}


def _name(identifiers: Collection[str], members: Sequence[Record]) -> str:
    known = sorted(each for each in identifiers if each.startswith("CVE-"))
    return known[0] if known else min(record.name for record in members)


class _Package:
    """What is known about one package: the records that speak of it, each with its intervals for it."""

    def __init__(self, ecosystem: str, name: str) -> None:
        self.about: list[About] = []
        self._ecosystem = ecosystem
        self._name = name
        self._scheme = scheme_of_ecosystem(ecosystem) or ""
        self._fixed: dict[Record, Mapping[str, bytes]] = {}

    def fixed(self, record: Record) -> Mapping[str, bytes]:
        """The versions that a record names as fixed, with their keys; read once."""
        if record not in self._fixed:
            self._fixed[record] = {
                event.version: key
                for block in record.osv.affected
                if block.ecosystem.partition(":")[0] == self._ecosystem
                and fold_name(self._ecosystem, block.name) == self._name
                for part in block.ranges
                if part.kind is not osv.RangeKind.GIT
                for event in part.events
                if event.kind is osv.EventKind.FIXED and (key := sort_key(self._scheme, event.version)) is not None
            }
        return self._fixed[record]


def _about(records: Iterable[Record], wanted: Iterable[Package]) -> Mapping[Package, _Package]:
    """What is known about each of the packages."""
    about = {package: _Package(*package) for package in wanted}
    for record in records:
        parts: dict[Package, list[Interval]] = defaultdict(list)
        for each in record.intervals:
            if (each.ecosystem, each.name) in about:
                parts[each.ecosystem, each.name].append(each)
        for package, mine in parts.items():
            about[package].about.append((record, mine))
    return about


def _fetch(records: Iterable[Record]) -> None:
    """Let every shelf bring at once what will be read of it."""
    shelves: dict[int, tuple[Shelf, list[UUID]]] = {}
    for record in set(records):
        shelves.setdefault(id(record.shelf), (record.shelf, []))[1].append(record.id)
    for shelf, keys in shelves.values():
        shelf.fetch(keys)


class _Question:
    """What is asked about one package URL, or product by its CPE, at one version."""

    def __init__(self, component: Component, package: _Package) -> None:
        self._component = component
        self._package = package
        purl = parse_purl(component.purl) if component.purl else None
        known = identity_of(purl) if purl else None
        self._identity = known or Identity(component.ecosystem, component.name)
        self._epoch_known = purl is None or compared(purl, component.version).epoch_known
        release = self._identity.ecosystem.partition(":")[2]
        self._about = [
            (record, parts)
            for record, every in package.about
            if (parts := [each for each in every if each.meant(release)] if release else every)
        ]
        key = component.key
        self._near = self._about if key is None else [each for each in self._about if _holds(each[1], key)]

    def to_be_read(self) -> Iterable[Record]:
        """The records whose text will be asked for."""
        yield from (record for record, _ in self._near)
        if self._near:
            yield from (record for record, parts in self._about if not all(part.certain for part in parts))

    def hits(self) -> Sequence[_Hit]:
        """Every record that affects the package, or may, with the version to go to."""
        here, known = self._component.version, self._epoch_known
        told = [(near, self._told(near[0], here, epoch_known=known)) for near in self._near]
        sure = [near for near, each in told if each is not None and each.answer is osv.Answer.AFFECTED]
        fixes = self._fixes(sure) if sure else {}
        return [_Hit(record, each, fixes.get(record, "")) for (record, _), each in told if each is not None]

    def _told(self, record: Record, version: str, *, epoch_known: bool = True) -> osv.Explanation | None:
        return osv.affected_package(record.osv, self._identity, version, epoch_known=epoch_known)

    def _fixes(self, hitting: Sequence[About]) -> Mapping[Record, str]:
        """For each record that affects it, the version to go to; one free of all known wherever there is one."""
        asked = {record for record, _ in hitting}
        own = self._candidates(asked)
        nearest = {each[0]: version for each in hitting if (version := self._first(own, [each]))}
        hopeless = asked - nearest.keys()
        wanted = [each for each in self._about if each[0] not in hopeless]
        candidates = own
        for _ in range(ROUNDS if nearest else 0):
            one = self._first(candidates, wanted)
            if one:
                return dict.fromkeys(nearest, one)
            asked |= {record for record, parts in wanted if _holds_any(parts, candidates)}
            _fetch(asked)
            candidates = self._candidates(asked)
        one = self._first(own, [each for each in hitting if each[0] in nearest])
        return dict.fromkeys(nearest, one) if one else nearest

    def _candidates(self, records: Iterable[Record]) -> Sequence[tuple[bytes, str]]:
        """The versions that any of the records names as fixed and that lie above the present one, lowest first."""
        named = {version: key for record in records for version, key in self._package.fixed(record).items()}
        return sorted((key, version) for version, key in named.items() if self._lies_above(version, key))

    def _lies_above(self, version: str, key: bytes) -> bool:
        """Whether a version lies above the present one, which has the same epoch where its own is not known."""
        here = self._component.key
        if here is not None and not self._epoch_known:
            here = sort_key("rpm", f"{epoch_of(version)}:{self._component.version}")
        return here is None or key > here

    def _first(self, candidates: Sequence[tuple[bytes, str]], records: Iterable[About]) -> str:
        """The lowest candidate that none of the records affects; those that lie in an interval are leapt over."""
        sure: list[tuple[bytes, bytes]] = []
        open_to: list[tuple[Interval, Record]] = []
        for record, parts in records:
            sure += [(part.lo, part.hi) for part in parts if part.certain]
            open_to += [(part, record) for part in parts if not part.certain]
        at = 0
        while at < len(candidates):
            key, version = candidates[at]
            ends = [hi for lo, hi in sure if lo <= key < hi]
            if ends:
                at = bisect_left(candidates, (max(ends), ""))
            elif any(part.holds(key) and self._told(record, version) is not None for part, record in open_to):
                at += 1
            else:
                return version
        return ""


def _holds(parts: Iterable[Interval], key: bytes) -> bool:
    for part in parts:  # noqa: SIM110 - asked for every record of a package, and any() costs three times as much
        if part.lo <= key < part.hi:
            return True
    return False


def _holds_any(parts: Iterable[Interval], candidates: Sequence[tuple[bytes, str]]) -> bool:
    return any(bisect_left(candidates, (part.lo, "")) < bisect_left(candidates, (part.hi, "")) for part in parts)


def _explanation(component: Component, hit: _Hit) -> Explanation:
    told = hit.told
    return Explanation(
        stated=component.stated,
        purl=component.purl,
        package=f"{told.ecosystem} {told.name}",
        record=told.record,
        revision=hit.record.revision,
        place=told.place,
        because=told.reason,
        scheme=told.scheme,
        introduced=told.start,
        end=told.end,
        end_kind=told.end_kind or "",
        source=hit.record.shelf.source(hit.record.id),
    )
