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
class StatedFinding:
    """What a scanner says is wrong on an asset, as its export states it.

    Attributes:
        place: line, JSON pointer or XML path in the file. asset: the asset's name.
        source: the tool, such as `Nessus`. rule: the tool's own id of what it looked for, such as a plugin's number.
        vulnerabilities: the ids it names, such as `CVE-2024-3094` or `GHSA-…`, in its order, each once.
        title: one line in the tool's words. severity: its own word, lower case; empty where it says none.
        stated: the package in the tool's own words; it, and all down to `version`, empty where it names none.
        purl: normalised. ecosystem: as OSV spells it. name: folded. version: the one installed.
        fixed: the version that the tool says repairs it. where: port, path or address on the asset.
        solution: what the tool advises. seen_at: when it looked; None where the file does not say.
    """

    place: str
    asset: str
    source: str
    rule: str = ""
    vulnerabilities: tuple[str, ...] = ()
    title: str = ""
    severity: str = ""
    stated: str = ""
    purl: str = ""
    ecosystem: str = ""
    name: str = ""
    version: str = ""
    fixed: str = ""
    where: str = ""
    solution: str = ""
    seen_at: datetime | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same finding when it is stated again."""
        package = (self.ecosystem, self.name or self.stated, self.version, self.purl)
        return (self.asset, self.source, self.rule, *sorted(self.vulnerabilities), *package, self.where, self.title)


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
        rows: components - implied + findings + asset_rows + repeated + rows not understood.
        kind: the importer that read it.
        remarks: parts of rows that were not understood while the row itself was kept.
        asset_rows: rows that state an asset and no software.
        repeated: rows that state a component or a finding of the same asset a second time.
        implied: components that no row of their own states, but a finding does in passing.
    """

    format: str
    rows: int
    assets: tuple[StatedAsset, ...]
    components: tuple[StatedComponent, ...]
    not_understood: tuple[NotUnderstood, ...]
    findings: tuple[StatedFinding, ...] = ()
    remarks: tuple[NotUnderstood, ...] = ()
    asset_rows: int = 0
    repeated: int = 0
    implied: int = 0
    kind: str = ""

    @property
    def accounted(self) -> bool:
        """Whether no row was dropped."""
        kept = len(self.components) - self.implied + len(self.findings) + self.asset_rows + self.repeated
        return self.rows == kept + len(self.not_understood)

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
