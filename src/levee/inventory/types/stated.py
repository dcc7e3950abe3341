"""What one file states, and what was understood of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from levee.inventory.types.facts import AssetType, Criticality, Exposure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from levee.inventory.types.facts import MaintenanceWindow, Owner

Identity = tuple[str, str, str, str, str]
"""What makes a component the same in the next import: asset, ecosystem, name (or the stated words), version, purl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAsset:
    """An asset as one file states it; what the file does not say is unknown or empty.

    `exposure_source` and `exposure_at` are how and when somebody found out about the exposure, where the file says so.
    `addresses` are other names and numbers of it, by which it may be known already.
    """

    name: str
    owner: Owner | None = None
    owner_name: str = ""
    environment: str = ""
    exposure: Exposure = Exposure.UNKNOWN
    criticality: Criticality = Criticality.UNKNOWN
    type: AssetType = AssetType.UNKNOWN
    window: MaintenanceWindow | None = None
    exposure_source: str = ""
    exposure_at: datetime | None = None
    addresses: tuple[str, ...] = ()


class StatedComponent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A component as one file states it, and what was understood of it; msgspec's, for a file may hold a million.

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
    def identity(self) -> Identity:
        """What makes it the same component in the next import."""
        return (self.asset, self.ecosystem, self.name or self.stated, self.version, self.purl)


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
        support_ends: the last day on which the product is supported; None where that is not what it says, or no day.
        settled: why the file itself counts it as done with, such as `fixed` or `suppressed`; empty while it is open.
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
    support_ends: date | None = None
    settled: str = ""

    @property
    def actionable(self) -> bool:
        """Whether there is something to do: neither mere information nor settled."""
        return self.severity != "none" and not self.settled

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same finding when it is stated again."""
        package = (self.ecosystem, self.name or self.stated, self.version, self.purl)
        title = "" if self.source == INVENTORY else self.title  # it holds a date, and another date is no other finding
        return (self.asset, self.source, self.rule, *sorted(self.vulnerabilities), *package, self.where, title)


PRODUCT, ADVICE, SUPPORT = "product", "advice", "support"
"""In the place of an ecosystem: a product that no package manager knows; what a scanner advises, in a sentence; a
product whose support ends."""
INVENTORY = "the inventory"
"""The source of a finding that an inventory states beside a component or an asset."""


class Subject(NamedTuple):
    """What has to be changed for a finding to go away.

    Attributes:
        ecosystem: as OSV spells it, else `PRODUCT`, `ADVICE` or `SUPPORT`.
        name: the package's, the product's, or the advice in a sentence. version: the one to go to, or empty.
    """

    ecosystem: str
    name: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A row that says nothing that Levee can keep, with its place and the reason."""

    place: str
    stated: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How one table of a file was read: the sheet's name or empty, all headings, and Levee's field to heading."""

    title: str
    headings: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What a person says about a file where the guess was wrong or could not be made; empty leaves it to the guess.

    Attributes:
        kind: the file kind. asset: names the asset of whatever the file puts on no asset.
        system: the operating system of a list that does not say, such as `Debian 12`.
        columns: Levee's field to the heading it is read from; an empty heading means that no column says it.
    """

    kind: str = ""
    asset: str = ""
    system: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


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
        rows: components - implied + findings - beside + asset_rows + repeated + rows not understood.
        kind: the importer that read it.
        remarks: parts of rows that were not understood while the row itself was kept.
        asset_rows: rows that state an asset and no software.
        repeated: rows that state a component or a finding of the same asset a second time.
        implied: components that no row of their own states, but a finding or a device does in passing.
        beside: findings that no row of their own states, but a component's or an asset's does beside it.
        tables: how the columns of a spreadsheet were read.
        system: the operating system that a list of packages was taken to be from; empty where it is none, or unknown.
        scanners: whose findings on these assets the file states in full: what it no longer states is gone.
        partial: the file speaks of its own assets alone, and not of everything that is on them, as a scan does.
        made_at: when the file was made, as it says itself; None where it does not say.
        adds_only: what is known is newer than the file, which then takes nothing away.
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
    beside: int = 0
    kind: str = ""
    tables: tuple[Columns, ...] = ()
    system: str = ""
    scanners: tuple[str, ...] = ()
    partial: bool = False
    made_at: datetime | None = None
    adds_only: bool = False

    @property
    def accounted(self) -> bool:
        """Whether no row was dropped."""
        kept = len(self.components) - self.implied + len(self.findings) - self.beside
        kept += self.asset_rows + self.repeated
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
