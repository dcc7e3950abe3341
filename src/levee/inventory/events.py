from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryImported(Event):
    """An inventory was imported, for the first time or again; the subject is the inventory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStated(Event):
    """A person stated a fact about an asset (exposure, owner, criticality); the subject is the asset's inventory."""
