"""Between rows and what is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levee.inventory import types
from levee.inventory.models import Asset, Component, Import, Inventory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act

ASSET_FACTS = (
    "owner",
    "owner_name",
    "environment",
    "criticality",
    "exposure",
    "exposure_source",
    "exposure_at",
    "gone_at",
)
NOBODY_SAID = "nobody said yet"


def new_asset(act: Act, inventory: Inventory, stated: types.StatedAsset, source: str) -> Asset:
    """A row for an asset that no import stated before."""
    return Asset(
        id=act.new_id(),
        organisation=inventory.organisation,
        inventory=inventory.id,
        name=stated.name,
        owner=stated.owner or types.Owner.US,
        owner_name=stated.owner_name,
        environment=stated.environment,
        criticality=stated.criticality,
        exposure=stated.exposure,
        exposure_source=NOBODY_SAID if stated.exposure is types.Exposure.UNKNOWN else source,
        exposure_at=act.now,
    )


def restate(row: Asset, stated: types.StatedAsset, source: str, now: datetime) -> Asset:
    """A row as a new file leaves it: silence in the file never erases what was stated before."""
    row.gone_at = None
    row.owner = stated.owner or row.owner
    row.owner_name = stated.owner_name or row.owner_name
    row.environment = stated.environment or row.environment
    if stated.criticality is not types.Criticality.UNKNOWN:
        row.criticality = stated.criticality
    if stated.exposure not in {types.Exposure.UNKNOWN, row.exposure}:
        row.exposure, row.exposure_source, row.exposure_at = stated.exposure, source, now
    return row


def new_component(act: Act, inventory: Inventory, stated: types.StatedComponent, asset: UUID) -> Component:
    """A row for a component that the file states and the inventory did not hold."""
    return Component(
        id=act.new_id(),
        organisation=inventory.organisation,
        inventory=inventory.id,
        asset=asset,
        place=stated.place,
        stated=stated.stated,
        purl=stated.purl,
        ecosystem=stated.ecosystem,
        name=stated.name,
        version=stated.version,
        key=stated.key,
        unmatchable=stated.unmatchable,
        since=act.now,
    )


def stated(row: Component, asset: str) -> types.StatedComponent:
    """A row as its file stated it."""
    return types.StatedComponent(
        place=row.place,
        asset=asset,
        stated=row.stated,
        purl=row.purl,
        ecosystem=row.ecosystem,
        name=row.name,
        version=row.version,
        key=None if row.key is None else bytes(row.key),
        unmatchable=row.unmatchable,
    )


def asset(row: Asset) -> types.Asset:
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
    )


def component(row: Component, on: types.Asset, evidence_at: datetime) -> types.Component:
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
        not_understood=tuple(types.NotUnderstood(**each) for each in row.not_understood),
        diff=_diff(row.diff),
    )


def _diff(kept: Mapping[str, Any]) -> types.Diff:
    return types.Diff(
        added=tuple(types.Line(**each) for each in kept["added"]),
        removed=tuple(types.Line(**each) for each in kept["removed"]),
        changed=tuple(types.Changed(**each) for each in kept["changed"]),
        unchanged=kept["unchanged"],
        new_assets=tuple(kept["new_assets"]),
        gone_assets=tuple(kept["gone_assets"]),
    )
