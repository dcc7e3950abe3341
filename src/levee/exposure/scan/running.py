"""One file against a folder of advisories, on this machine alone: no server, no database, nothing sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from levee.exposure.actions.folding import fold
from levee.exposure.matching import hits
from levee.exposure.matching.engine import examine
from levee.exposure.priority.lifecycle import noticed
from levee.exposure.priority.regimes import default_regime
from levee.exposure.scanners.hits import joined
from levee.exposure.vex.deciding import Relied, Surroundings, bound, excuse, names
from levee.inventory.reading import read
from levee.inventory.subjects import subject
from levee.inventory.types import SUPPORT, Asset, Component, Finding, Owner
from levee.kernel.ids import RandomIds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Plan
    from levee.exposure.matching.engine import Found
    from levee.exposure.matching.folder import AdvisoryFolder
    from levee.exposure.vex.deciding import Excused
    from levee.formats.vex import Statement
    from levee.inventory.types import NotUnderstood, Reading
    from levee.kernel.ids import Ids


_SAID = (
    "source", "rule", "vulnerabilities", "title", "severity", "stated", "purl", "ecosystem", "name", "version", "fixed",
    "where", "solution", "settled", "place", "support_ends",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What came of it.

    Attributes:
        reading: the inventory as understood. advisories: how many were read.
        refused: advisory files that could not be read, each with its reason.
        found: every match that stands, explained. excused: those that a statement takes away.
        plans: the ranked actions.
    """

    reading: Reading
    advisories: int
    refused: tuple[NotUnderstood, ...]
    found: tuple[Found, ...]
    excused: tuple[Excused, ...]
    plans: tuple[Plan, ...]

    def asset_names(self, plan: Plan) -> list[str]:
        """The assets of an action, by name."""
        return sorted({self._names[key] for key in plan.assets})

    @cached_property
    def _names(self) -> dict[UUID, str]:
        return {each.component.asset.id: each.component.asset.name for each in self.found}


def scan(
    data: bytes,
    *,
    filename: str,
    advisories: AdvisoryFolder,
    now: datetime,
    statements: Sequence[Statement] = (),
    ids: Ids | None = None,
) -> Scan:
    """Match an inventory against advisories.

    Args:
        data: any file that an importer knows; what a scanner says in it counts as well.
        filename: names the asset where the file names none.
        advisories: a folder of advisories, refreshed.
        now: when the components count as detected.
        statements: of makers, that the operator relies on (VEX).
        ids: names for what has none.

    Raises:
        BadInput: the inventory cannot be read.
    """
    ids = ids or RandomIds()
    reading = read(data, filename)
    inventory = ids.new()
    assets = _assets(reading, filename, inventory, now=now, ids=ids)
    components = _components(reading, assets, now, ids)
    records = advisories.about({(each.ecosystem, each.name) for each in components})
    known, regime = hits.signals(records), default_regime()
    said = joined(_findings(reading, assets, now, ids), examine(components, records), known)
    relied = [bound(each, inventory) for each in statements]
    relied += [
        Relied(statement=each) for each in advisories.statements({name for each in said.found for name in names(each)})
    ]
    found, excused = excuse(said.found, relied, Surroundings(components))
    told = {**said.told, **known}
    plans = fold(
        hits.hit(each, told[each.vulnerability], regime, match=ids.new(), detected_at=now, now=now) for each in found
    )
    return Scan(
        reading=reading,
        advisories=advisories.count(),
        refused=tuple(advisories.refused()),
        found=tuple(found),
        excused=tuple(excused),
        plans=tuple(plans),
    )


def _assets(reading: Reading, filename: str, inventory: UUID, *, now: datetime, ids: Ids) -> Mapping[str, Asset]:
    return {
        each.name: Asset(
            id=ids.new(),
            inventory=inventory,
            name=each.name,
            owner=each.owner or Owner.US,
            owner_name=each.owner_name,
            environment=each.environment,
            criticality=each.criticality,
            exposure=each.exposure,
            exposure_source=each.exposure_source or filename,
            exposure_at=min(each.exposure_at or now, now),
            type=each.type,
            window=each.window,
        )
        for each in reading.assets
    }


def _findings(reading: Reading, assets: Mapping[str, Asset], now: datetime, ids: Ids) -> list[Finding]:
    """What scanners say that there is something to do about."""
    return [
        Finding(
            **{name: getattr(each, name) for name in _SAID},
            id=ids.new(),
            asset=assets[each.asset],
            subject=subject(each),
            since=min(each.seen_at or now, now),
            evidence_at=min(each.seen_at or now, now),
        )
        for each in reading.findings
        if each.actionable and (subject(each).ecosystem != SUPPORT or noticed(each.support_ends, now))
    ]


def _components(reading: Reading, assets: Mapping[str, Asset], now: datetime, ids: Ids) -> list[Component]:
    return [
        Component(
            id=ids.new(),
            asset=assets[each.asset],
            stated=each.stated,
            purl=each.purl,
            ecosystem=each.ecosystem,
            name=each.name,
            version=each.version,
            key=each.key,
            detected_at=now,
            evidence_at=now,
            unmatchable=each.unmatchable,
        )
        for each in reading.components
        if each.ecosystem
    ]
