from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


class Owner(StrEnum):
    """Who can change an asset: the operator itself, a vendor that keeps it, or the maker of a device."""

    US = "us"
    VENDOR = "vendor"
    MANUFACTURER = "manufacturer"


class Exposure(StrEnum):
    """Whether an asset can be reached from the public internet; unknown is a state of its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Criticality(StrEnum):
    """How much depends on an asset, in the operator's own judgement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAsset:
    """An asset as one file states it; what the file does not say is unknown or empty."""

    name: str
    owner: Owner | None = None
    owner_name: str = ""
    environment: str = ""
    exposure: Exposure = Exposure.UNKNOWN
    criticality: Criticality = Criticality.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedComponent:
    """A component as one file states it, and what was understood of it.

    Attributes:
        place: line or JSON pointer in the file. asset: the asset's name.
        stated: the component in the file's own words.
        purl: normalised, or empty. ecosystem: as OSV spells it, or empty. name: folded as its ecosystem folds names.
        key: the version's sort key in its ecosystem's order; None where there is no order.
        unmatchable: why no advisory can be matched to it, or hardly one; empty where all can that name it.
    """

    place: str
    asset: str
    stated: str
    purl: str = ""
    ecosystem: str = ""
    name: str = ""
    version: str = ""
    key: bytes | None = None
    unmatchable: str = ""

    @property
    def package(self) -> tuple[str, str, str]:
        """What stays the same when only the version changes: asset, ecosystem, name (or the stated words)."""
        return (self.asset, self.ecosystem, self.name or self.stated)

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        """What makes it the same component in the next import."""
        return (*self.package, self.version, self.purl)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A row that says nothing that Levee can keep, with its place and the reason."""

    place: str
    stated: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why some components cannot be matched: how many, and each of them once, in its file's words."""

    reason: str
    count: int
    stated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one file states, every row accounted for.

    Attributes:
        rows: components + asset_rows + repeated + rows not understood.
        remarks: parts of rows that were not understood while the row itself was kept.
        asset_rows: rows that state an asset and no software.
        repeated: rows that state a component of the same asset a second time.
    """

    format: str
    rows: int
    assets: tuple[StatedAsset, ...]
    components: tuple[StatedComponent, ...]
    not_understood: tuple[NotUnderstood, ...]
    remarks: tuple[NotUnderstood, ...] = ()
    asset_rows: int = 0
    repeated: int = 0

    @property
    def matchable(self) -> int:
        """How many components an advisory can be matched to."""
        return sum(1 for component in self.components if not component.unmatchable)

    @property
    def unmatchable(self) -> tuple[StatedComponent, ...]:
        """The components that are kept but cannot be matched, each with its reason."""
        return tuple(component for component in self.components if component.unmatchable)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why components cannot be matched, the most frequent reason first."""
        return reasons((component.unmatchable, component.stated) for component in self.unmatchable)


def reasons(pairs: Iterable[tuple[str, str]]) -> tuple[Reason, ...]:
    """Reasons, the most frequent first, from pairs of a reason and a component in its file's words."""
    grouped: dict[str, list[str]] = {}
    for reason, stated in pairs:
        grouped.setdefault(reason, []).append(stated)
    found = [
        Reason(reason=reason, count=len(stated), stated=tuple(sorted(set(stated))))
        for reason, stated in grouped.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.reason)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A component whose version differs between two imports."""

    asset: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One component of a diff."""

    asset: str
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What an import changes in an inventory."""

    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: int = 0
    new_assets: tuple[str, ...] = ()
    gone_assets: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.new_assets or self.gone_assets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do, without doing it."""

    name: str
    reading: Reading
    diff: Diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import of an inventory, as done."""

    id: UUID
    inventory: UUID
    name: str
    at: datetime
    filename: str
    format: str
    rows: int
    components: int
    unmatchable: int
    not_understood: tuple[NotUnderstood, ...]
    diff: Diff

    @property
    def public_id(self) -> str:
        """`IMP-…`."""
        return public_id("IMP", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """An inventory by name, as its newest import left it."""

    id: UUID
    name: str
    imported_at: datetime
    last_import: UUID
    assets: int
    components: int
    unmatchable: int

    @property
    def public_id(self) -> str:
        """`INV-…`."""
        return public_id("INV", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """An asset as it stands: who keeps it, and its exposure as a fact with a source and a date."""

    id: UUID
    inventory: UUID
    name: str
    owner: Owner
    owner_name: str
    environment: str
    criticality: Criticality
    exposure: Exposure
    exposure_source: str
    exposure_at: datetime

    @property
    def public_id(self) -> str:
        """`AST-…`."""
        return public_id("AST", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A component that is present on an asset now; `detected_at` is the import that first stated it."""

    id: UUID
    asset: Asset
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    key: bytes | None
    detected_at: datetime
    evidence_at: datetime
    unmatchable: str
