"""Which components are affected by which advisories, why, and by what upgrade they would not be. Pure.

Every record is evaluated; aliases are merged after that, so that no record is lost because another one names the same
vulnerability. What cannot be decided is kept as such, never taken for unaffected.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from levee.exposure.types import Explanation
from levee.formats import osv
from levee.formats.package_identity import fold_name
from levee.formats.purl import parse_purl
from levee.formats.versions import scheme_of_ecosystem, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from levee.exposure.timelines import Signal
    from levee.exposure.types import KnownAdvisory
    from levee.inventory.types import Component

Package = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A known advisory, read.

    Attributes:
        id: its key here. osv: the record. signals: what is known of `kev`, `automatable` and `total`.
    """

    id: UUID
    osv: osv.Record
    signals: Mapping[str, Signal | None]

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.osv.withdrawn is not None

    @cached_property
    def packages(self) -> frozenset[Package]:
        """The packages that it speaks of: ecosystem without a release, folded name."""
        return frozenset(
            (ecosystem, fold_name(ecosystem, block.name))
            for block in self.osv.affected
            if (ecosystem := block.ecosystem.partition(":")[0])
        )

    @property
    def revision(self) -> str:
        """When the record was last modified, in RFC 3339."""
        return self.osv.modified.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
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
class _Hit:
    record: Record
    told: osv.Explanation
    fix: str


def read_record(advisory: KnownAdvisory) -> Record:
    """Read a published advisory.

    Raises:
        BadInput: it is not OSV; the place is a JSON pointer.
    """
    return Record(
        id=advisory.id,
        osv=osv.osv_record(advisory.osv),
        signals={"kev": advisory.kev, "automatable": advisory.automatable, "total": advisory.total},
    )


def examine(components: Iterable[Component], records: Sequence[Record]) -> Sequence[Found]:
    """Hold components against records.

    Args:
        components: as an operator has them.
        records: the known advisories about their packages.

    Returns:
        Every pair that is affected or undecided, in the order of the components.
    """
    vulnerabilities = names(records)
    about: dict[Package, list[Record]] = {}
    for record in records:
        for package in record.packages:
            about.setdefault(package, []).append(record)
    seen: dict[tuple[str, str], Sequence[_Hit]] = {}
    found = []
    for component in components:
        asked = (component.purl, component.version)
        if asked not in seen:
            seen[asked] = _hits(component, about.get((component.ecosystem, component.name), []))
        found += [
            Found(
                component=component,
                record=hit.record,
                vulnerability=vulnerabilities[hit.record.id],
                fix=hit.fix,
                certain=hit.told.answer is osv.Answer.AFFECTED,
                explanation=_explanation(component, hit),
            )
            for hit in seen[asked]
        ]
    return found


def names(records: Iterable[Record]) -> Mapping[UUID, str]:
    """One name for each vulnerability: records that share an identifier or an alias are about the same one."""
    groups: list[tuple[set[str], list[Record]]] = []
    for record in records:
        identifiers, members = {record.osv.id, *record.osv.aliases}, [record]
        for group in [group for group in groups if group[0] & identifiers]:
            groups.remove(group)
            identifiers |= group[0]
            members = group[1] + members
        groups.append((identifiers, members))
    return {record.id: _name(identifiers, members) for identifiers, members in groups for record in members}


def _name(identifiers: Collection[str], members: Sequence[Record]) -> str:
    known = sorted(each for each in identifiers if each.startswith("CVE-"))
    return known[0] if known else min(record.osv.id for record in members)


def _hits(component: Component, records: Sequence[Record]) -> Sequence[_Hit]:
    told = [(record, osv.affected(record.osv, parse_purl(component.purl), component.version)) for record in records]
    sure = [(record, each) for record, each in told if each is not None and each.answer is osv.Answer.AFFECTED]
    fixes = _fixes(component, [record for record, _ in sure], records)
    return [_Hit(record, each, fixes.get(record.id, "")) for record, each in told if each is not None]


def _fixes(component: Component, hitting: Sequence[Record], records: Sequence[Record]) -> Mapping[UUID, str]:
    """For each record that affects a component, the version to go to; one for all of them wherever there is one."""
    candidates = _candidates(component, hitting)
    clears = {
        version: {record.id for record in records if not _affects(record, component, version)} for version in candidates
    }
    fixable = {record.id for record in hitting if any(record.id in cleared for cleared in clears.values())}
    everything = {record.id for record in records if not record.withdrawn}
    for wanted in (fixable | (everything - {record.id for record in hitting}), fixable):
        version = next((each for each in candidates if wanted <= clears[each]), None)
        if version is not None:
            return dict.fromkeys(fixable, version)
    return {key: next(each for each in candidates if key in clears[each]) for key in fixable}


def _candidates(component: Component, hitting: Iterable[Record]) -> Sequence[str]:
    """The versions that any of the records names as fixed and that lie above the present one, lowest first."""
    scheme = scheme_of_ecosystem(component.ecosystem) or ""
    keyed = {
        version: key
        for record in hitting
        for block in record.osv.affected
        if (block.ecosystem.partition(":")[0], fold_name(block.ecosystem, block.name))
        == (component.ecosystem, component.name)
        for part in block.ranges
        if part.kind is not osv.RangeKind.GIT
        for event in part.events
        if event.kind is osv.EventKind.FIXED and (key := sort_key(scheme, version := event.version)) is not None
        if component.key is None or key > component.key
    }
    return sorted(keyed, key=lambda version: keyed[version])


def _affects(record: Record, component: Component, version: str) -> bool:
    return osv.affected(record.osv, parse_purl(component.purl), version) is not None


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
        end_kind=told.end_kind.value if told.end_kind else "",
    )
