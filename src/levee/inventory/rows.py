"""Between rows and what is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from levee.inventory import types
from levee.inventory.models import Asset, Component, Import, Intake, Inventory
from levee.inventory.windows import parse_window

if TYPE_CHECKING:
    from datetime import datetime

    from levee.inventory.holding import AssetRow, ComponentRow
    from levee.platform.database.acting import Act

ASSET_FACTS = (
    "owner", "owner_name", "environment", "criticality", "type", "window", "exposure", "exposure_source", "exposure_at",
    "said", "gone_at",
)  # fmt: skip
NOBODY_SAID = "nobody said yet"


def new_asset(act: Act, inventory: Inventory, stated: types.StatedAsset, source: str) -> Asset:
    """A row for an asset that no import stated before."""
    row = Asset(
        id=act.new_id(),
        organisation=inventory.organisation,
        inventory=inventory.id,
        name=stated.name,
        owner=types.Owner.US,
        criticality=types.Criticality.UNKNOWN,
        type=types.AssetType.UNKNOWN,
        exposure=types.Exposure.UNKNOWN,
        exposure_source=NOBODY_SAID,
        exposure_at=act.now,
        said={},
    )
    return restate(row, stated, source, act.now)


def news(row: Asset, stated: types.StatedAsset) -> dict[str, str]:
    """What a file says about an asset that is not what it stands at, and that the last file did not say already.

    What the last file said too is no news: what a person stated since then stands. Nor is an exposure that the file
    dates before the one that is known.
    """
    told = _told(stated)
    found = {fact: word for fact, word in told.items() if word != getattr(row, fact) and word != row.said.get(fact)}
    dated = stated.exposure_at
    if "exposure" in found and dated and dated < row.exposure_at and row.exposure != types.Exposure.UNKNOWN:
        del found["exposure"]
    return found


def restate(row: Asset, stated: types.StatedAsset, source: str, now: datetime) -> Asset:
    """A row as a new file leaves it: silence in the file never erases what was stated before."""
    row.gone_at = None
    found = news(row, stated)
    for fact, word in found.items():
        setattr(row, fact, word)
    if "exposure" in found:
        row.exposure_source = stated.exposure_source or source
        row.exposure_at = min(stated.exposure_at or now, now)  # a clock that is ahead dates nothing into the future
    row.said = {**row.said, **_told(stated)}
    return row


def _told(stated: types.StatedAsset) -> dict[str, str]:
    """What a file says of an asset, as the columns keep it."""
    words = {
        "owner": stated.owner or "",
        "owner_name": stated.owner_name,
        "environment": stated.environment,
        "criticality": stated.criticality,
        "type": stated.type,
        "window": str(stated.window or ""),
        "exposure": stated.exposure,
    }
    return {fact: str(word) for fact, word in words.items() if word not in {"", "unknown"}}


def asset(row: Asset | AssetRow) -> types.Asset:
    """What is handed out of an asset's row."""
    return types.Asset(
        id=row.id,
        inventory=row.inventory,
        name=row.name,
        owner=types.Owner(row.owner),
        owner_name=row.owner_name,
        environment=row.environment,
        criticality=types.Criticality(row.criticality),
        exposure=types.Exposure(row.exposure),
        exposure_source=row.exposure_source,
        exposure_at=row.exposure_at,
        type=types.AssetType(row.type),
        window=parse_window(row.window),
    )


def component(row: Component | ComponentRow, on: types.Asset, evidence_at: datetime) -> types.Component:
    """What is handed out of a component's row."""
    return types.Component(
        id=row.id,
        asset=on,
        stated=row.stated,
        purl=row.purl,
        ecosystem=row.ecosystem,
        name=row.name,
        version=row.version,
        key=None if row.key is None else bytes(row.key),
        detected_at=row.since,
        evidence_at=evidence_at,
        unmatchable=row.unmatchable,
    )


def import_(row: Import, name: str) -> types.Import:
    """What is handed out of an import's row."""
    return types.Import(
        id=row.id,
        inventory=row.inventory,
        name=name,
        at=row.at,
        filename=row.filename,
        format=row.format,
        rows=row.rows,
        components=row.components,
        unmatchable=row.unmatchable,
        findings=row.findings,
        not_understood=msgspec.convert(row.not_understood, tuple[types.NotUnderstood, ...]),
        diff=msgspec.convert(row.diff, types.Diff),
        more_not_understood=row.more_not_understood,
    )


def intake(row: Intake) -> types.Intake:
    """What is handed out of a row of a file on its way in."""
    return types.Intake(
        id=row.id,
        name=row.name,
        filename=row.filename,
        size=row.original_size,
        at=row.at,
        sent_by=row.principal,
        state=types.IntakeState(row.state),
        look=row.look,
        progress=row.progress,
        expected=row.expected,
        corrections=types.Corrections(**row.corrections),
        seen=None if row.seen is None else msgspec.convert(row.seen, types.Seen),
        fault=None if row.fault is None else msgspec.convert(row.fault, types.Fault),
        done=row.done,
        ended_at=row.ended_at,
    )
