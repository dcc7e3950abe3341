"""One file against a folder of advisories, on this machine alone: no server, no database, nothing sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure import hits
from levee.exposure.folding import fold
from levee.exposure.matching import examine, in_hand
from levee.exposure.priority.regimes import default_regime
from levee.formats.osv import read_osv
from levee.inventory.reading import read
from levee.inventory.types import Asset, Component, NotUnderstood, Owner
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import RandomIds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from levee.exposure.folding import Plan
    from levee.exposure.matching import Found, Record
    from levee.inventory.types import Reading
    from levee.kernel.ids import Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What came of it.

    Attributes:
        reading: the inventory as understood. advisories: how many were read.
        refused: advisory files that could not be read, each with its reason.
        found: every match, explained. plans: the ranked actions. assets: their names by key.
    """

    reading: Reading
    advisories: int
    refused: tuple[NotUnderstood, ...]
    found: tuple[Found, ...]
    plans: tuple[Plan, ...]

    def asset_names(self, plan: Plan) -> list[str]:
        """The assets of an action, by name."""
        names = {each.component.asset.id: each.component.asset.name for each in self.found}
        return sorted({names[key] for key in plan.assets})


def scan(data: bytes, *, filename: str, advisories: Path, now: datetime, ids: Ids | None = None) -> Scan:
    """Match an inventory against advisories.

    Args:
        data: CycloneDX or SPDX as JSON, or CSV.
        filename: names the asset where the file names none.
        advisories: a folder of OSV records, searched at any depth for `*.json`.
        now: when the components count as detected.
        ids: names for what has none.

    Raises:
        BadInput: the inventory cannot be read, or there is no such folder.
    """
    if not advisories.is_dir():
        raise BadInput("there is no such folder", place=str(advisories), advice="give a folder of OSV records")
    ids = ids or RandomIds()
    reading = read(data, filename)
    records, refused = _records(sorted(advisories.rglob("*.json")), ids)
    found = examine(_components(reading, filename, now, ids), records)
    told, regime = hits.signals(records), default_regime()
    plans = fold(
        hits.hit(each, told[each.vulnerability], regime, match=ids.new(), detected_at=now, now=now) for each in found
    )
    return Scan(
        reading=reading, advisories=len(records), refused=tuple(refused), found=tuple(found), plans=tuple(plans)
    )


def _records(paths: Iterable[Path], ids: Ids) -> tuple[Sequence[Record], Sequence[NotUnderstood]]:
    records, refused = [], []
    for path in paths:
        try:
            records.append(in_hand(ids.new(), read_osv(path.read_bytes())))
        except (LeveeError, OSError) as error:
            refused.append(NotUnderstood(place=str(path), stated="", reason=str(error)))
    return records, refused


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
