"""One file against a folder of advisories, on this machine alone: no server, no database, nothing sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure import hits
from levee.exposure.excuses import excuse
from levee.exposure.folding import fold
from levee.exposure.matching import examine
from levee.exposure.priority.regimes import default_regime
from levee.inventory.reading import read
from levee.inventory.types import Asset, Component, Owner
from levee.kernel.ids import RandomIds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from levee.exposure.excuses import Excused
    from levee.exposure.folder import AdvisoryFolder
    from levee.exposure.folding import Plan
    from levee.exposure.matching import Found
    from levee.formats.vex import Statement
    from levee.inventory.types import NotUnderstood, Reading
    from levee.kernel.ids import Ids


@dataclass(frozen=True, slots=True, kw_only=True)
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
        names = {each.component.asset.id: each.component.asset.name for each in self.found}
        return sorted({names[key] for key in plan.assets})


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
        data: any file that an importer knows.
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
    components = _components(reading, filename, now, ids)
    records = advisories.about({(each.ecosystem, each.name) for each in components})
    found, excused = excuse(examine(components, records), statements)
    told, regime = hits.signals(records), default_regime()
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


def _components(reading: Reading, filename: str, now: datetime, ids: Ids) -> list[Component]:
    inventory = ids.new()
    assets = {
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
