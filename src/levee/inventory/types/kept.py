"""Inventories, imports, assets and components as they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from levee.inventory.types.facts import AssetType
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from levee.inventory.types.facts import Criticality, Exposure, MaintenanceWindow, Owner
    from levee.inventory.types.stated import NotUnderstood, Reading, Subject


class Changed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A component whose version differs between two imports."""

    asset: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A fact about an asset that an import changes: its name and both values in words."""

    asset: str
    fact: str
    before: str
    after: str


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One component of a diff."""

    asset: str
    name: str
    version: str


LISTED = 1000
"""Lines of each list that an import says at once; the others are asked for apart."""


class Long(StrEnum):
    """The lists of an import that may be long."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    NEW_ASSETS = "new_assets"
    GONE_ASSETS = "gone_assets"
    RESTATED = "restated"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What an import changes in an inventory; `found` and `no_longer_found` count findings of scanners.

    `more` counts, by the list's name, the lines beyond those that are here, where these are the first of many.
    """

    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: int = 0
    new_assets: tuple[str, ...] = ()
    gone_assets: tuple[str, ...] = ()
    restated: tuple[Restated, ...] = ()
    found: int = 0
    no_longer_found: int = 0
    more: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many lines each list has in all."""
        lists = [name for name in Long if name is not Long.NOT_UNDERSTOOD]
        return {name.value: len(getattr(self, name)) + self.more.get(name, 0) for name in lists}

    @property
    def cut(self) -> Diff:
        """The same with the first lines of each list alone."""
        over = {name: count - LISTED for name, count in self.counts.items() if count > LISTED}
        if not over:
            return self
        return replace(self, **{name: getattr(self, name)[:LISTED] for name in over}, more=over)

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        components = self.added or self.removed or self.changed
        assets = self.new_assets or self.gone_assets or self.restated
        return not (components or assets or self.found or self.no_longer_found)


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
    findings: int = 0
    more_not_understood: int = 0

    @property
    def unread(self) -> int:
        """How many rows were not understood in all; `not_understood` are the first of them."""
        return len(self.not_understood) + self.more_not_understood

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
    """An asset as it stands: who keeps it, and its exposure as a fact with a source and a date.

    `window` is None where nobody said when it may be changed.
    """

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
    type: AssetType = AssetType.UNKNOWN
    window: MaintenanceWindow | None = None

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a scanner says about an asset, from the import that first stated it until it no longer does.

    Attributes:
        ecosystem, name: of the affected package as advisories name it; empty where the scanner names none.
        subject: what has to be changed for it to go away. fixed: the version to go to; empty where none is named.
        support_ends: the last day on which its product is supported, where the finding is about that and states it.
        since: when it was first known. evidence_at: when the scanner last looked and saw it.
        The rest is as its file states it; `where` and `settled` above all.
    """

    id: UUID
    asset: Asset
    source: str
    rule: str
    vulnerabilities: tuple[str, ...]
    title: str
    severity: str
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    fixed: str
    where: str
    solution: str
    settled: str
    place: str
    subject: Subject
    since: datetime
    evidence_at: datetime
    support_ends: date | None = None

    @property
    def public_id(self) -> str:
        """`SCF-…`."""
        return public_id("SCF", self.id)
